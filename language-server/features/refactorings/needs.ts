// Between `needs` and references: a task that an expression names is needed without being listed. What is only listed
// stays listed.
import { itemsOf, pairOf, type Range } from '../../../workflow/index.ts';
import type { OpenDocument } from '../open-document.ts';
import type { Offer, Refactoring } from './refactoring.ts';
import { isWithin, type TaskSite, taskAt } from './task-sites.ts';
import { addition, withoutItems } from './written.ts';

export const needsAndReferences: Refactoring = ({ document, range }) => {
  const site = taskAt(document.syntax.root, range);
  if (!site || document.facts.kind !== 'workflow') return [];
  return [...leaveOut(document, site), ...writeOut(document, site)];
};

function leaveOut(document: OpenDocument, { id, pair, scope }: TaskSite): readonly Offer[] {
  const needs = pairOf(pair.value, 'needs');
  if (!needs || pair.value.kind !== 'map') return [];
  const named = namedBy(document, { id, pair, scope });
  const isSaid = (text: string): boolean => named.has(text);
  const said = itemsOf(needs.value).filter((item) => item.kind === 'scalar' && isSaid(item.text));
  if (said.length === 0) return [];
  const title = `Leave out of \`needs\` what expressions of \`${id}\` name`;
  const edits = withoutItems(document.text, pair.value, needs, (item) => said.includes(item));
  return [{ title, kind: 'refactor.rewrite.needs', outcome: { edits } }];
}

function writeOut(document: OpenDocument, { id, pair, scope }: TaskSite): readonly Offer[] {
  const { value } = pair;
  if (value.kind !== 'map' || !isWithin(value.range, pair.range)) return [];
  const needs = pairOf(value, 'needs');
  const listed = itemsOf(needs?.value).map((item) => (item.kind === 'scalar' ? item.text : ''));
  const missing = [...namedBy(document, { id, pair, scope })].filter((name) => !listed.includes(name));
  if (missing.length === 0) return [];
  const title = `Write out in \`needs\` what expressions of \`${id}\` name`;
  const refused = needs && (needs.value.kind !== 'list' || !needs.value.flow) && listed.length > 0;
  if (refused || (needs && listed.length === 0)) return [];
  const last = itemsOf(needs?.value).at(-1);
  const edit = last
    ? { range: endOf(last.range), newText: `, ${missing.join(', ')}` }
    : addition(document.text, value, `needs: [${missing.join(', ')}]`);
  return [{ title, kind: 'refactor.rewrite.needs', outcome: { edits: [edit] } }];
}

function endOf({ end }: Range): Range {
  return { start: end, end };
}

/** The tasks of its scope that the expressions in a task name, in the order of the file; not those that choose it. */
function namedBy({ checked: { uses } }: OpenDocument, { id, pair, scope }: Pick<TaskSite, 'id' | 'pair' | 'scope'>) {
  const inTask = uses.filter(
    ({ kind, by, range, name }) => kind === 'task' && by === 'expression' && name !== id && isWithin(range, pair.range),
  );
  const declared = new Set(inTask.map((use) => use.declared?.start));
  const choosers = uses.filter(({ by, name }) => (by === 'to' || by === 'else') && name === id);
  const others = scope.tasks.pairs.filter(({ keyNode }) => declared.has(keyNode.range.start));
  const choosing = others.filter((other) => choosers.some(({ range }) => isWithin(range, other.range)));
  return new Set(others.filter((other) => !choosing.includes(other)).map(({ key }) => key));
}
