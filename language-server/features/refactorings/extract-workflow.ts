// Tasks into a file of their own, and a call in their place. The new file says what they need; the references of both
// sides are written anew.
import { isKnownFile } from './known-files.ts';
import { cutsAnchors } from './anchors.ts';
import { orderOf } from './extraction-order.ts';
import { Extraction, freeName } from './extraction.ts';
import { namesAcross } from './extraction-names.ts';
import { mockEdits, partsFor, removedAgents } from './extraction-parts.ts';
import { callText, fileText, type Pieces } from './extraction-text.ts';
import { hasErrors, type Offer, type Refactoring, type Site } from './refactoring.ts';
import { selectedTasks, type TaskSite } from './task-sites.ts';
import { uriBeside } from '../open-document.ts';
import { pairOf, type Range, type TextEdit } from '../../../workflow/index.ts';
import { linesOf, withoutItems } from './written.ts';

/** Offers to make a workflow of the selected tasks, or of the task at the cursor, that this file calls. */
export const extractWorkflow: Refactoring = (site) => {
  const [first, ...more] = selectedTasks(site.document.syntax.root, site.range);
  if (!first) return [];
  const title =
    more.length === 0
      ? `Extract the task \`${first.id}\` into a workflow of its own`
      : `Extract ${more.length + 1} tasks into a workflow of their own`;
  return [{ title, kind: 'refactor.extract.workflow', outcome: extracted(site, [first, ...more]) }];
};

function extracted(site: Site, tasks: readonly [TaskSite, ...TaskSite[]]): Offer['outcome'] {
  const { document } = site;
  if (hasErrors(document)) return { refused: 'This file has errors: mend them first.' };
  const extraction = new Extraction(document, tasks);
  const parts = partsFor(extraction);
  const copies = [...parts.agents, ...parts.toolsets].map(({ range }) => range);
  const across = namesAcross(extraction, copies, parts.agentFiles);
  const order = orderOf(extraction);
  const [problem] = [...order.problems, ...parts.problems, ...across.problems];
  if (problem !== undefined) return { refused: problem };
  if (cutsAnchors(document.text, [...tasks.map(({ pair }) => pair.range), ...copies]))
    return { refused: 'An anchor of theirs is used elsewhere, or one from elsewhere by them.' };
  const pieces: Pieces = { extraction, parts, across, needs: order.needs, name: freeFile(site, extraction) };
  const edits = [
    ...across.edits.filter(({ range }) => !extraction.takes(range)),
    ...renamedNeeds(extraction),
    ...removedAgents(extraction, parts),
    ...mockEdits(extraction, parts),
    ...placeOfCall(extraction, callText(pieces)),
  ];
  const place = `${folderOf(document.file)}${pieces.name}.segue.yaml`;
  return { edits, creates: { uri: uriBeside(document.facts.uri, place), text: fileText(pieces) } };
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}

/** A name that no file beside this one has, as far as they are known. */
function freeFile(site: Site, { callId }: Extraction): string {
  const folder = folderOf(site.document.file);
  return freeName(callId.replaceAll('_', '-'), (name) => isKnownFile(site, `${folder}${name}.segue.yaml`));
}

/** Others that waited for one of several tasks wait for the call. */
function renamedNeeds(extraction: Extraction): readonly TextEdit[] {
  const { isOneTask, scope, text, callId, tasks } = extraction;
  if (isOneTask) return [];
  const ids = new Set(tasks.map(({ id }) => id));
  return scope.tasks.pairs.flatMap(({ value }) => {
    const needs = pairOf(value, 'needs');
    if (value.kind !== 'map' || needs?.value.kind !== 'list' || extraction.holds(needs.range)) return [];
    const named = needs.value.items.filter((item) => item.kind === 'scalar' && ids.has(item.text));
    const [first, ...more] = named;
    if (!first) return [];
    return [
      { range: first.range, newText: callId },
      ...withoutItems(text, value, needs, (item) => more.includes(item)),
    ];
  });
}

/** The call in the place of the tasks. */
function placeOfCall({ text, tasks, scope }: Extraction, call: string): readonly TextEdit[] {
  const last = tasks.at(-1) ?? tasks[0];
  const whole = (range: Range): Range => (scope.tasks.flow ? range : linesOf(text, range));
  return [{ range: { start: whole(tasks[0].pair.range).start, end: whole(last.pair.range).end }, newText: call }];
}
