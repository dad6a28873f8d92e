// The other way round: a task out of the `for_each`, the `loop` or the `parallel` of which it is all.
import { type MapNode, type Pair, pairOf, pairsOf, type TextEdit } from '../../../workflow/index.ts';
import type { OpenDocument } from '../open-document.ts';
import { boundAround } from './bound-names.ts';
import { movedPaths } from './mock-paths.ts';
import { type NamedPath, namedPathsIn, rangeOfFirst } from './named-paths.ts';
import { hasErrors, type Offer, type Refactoring } from './refactoring.ts';
import { isAskedForMore, pathsTo } from './task-outputs.ts';
import { isWithin, type TaskSite, taskAt, textAt } from './task-sites.ts';
import { columnOf, copied, eolOf, linesOf, removals, shifted } from './written.ts';

/** What a task around others says of them alone. */
const keysOf: { readonly [type: string]: readonly string[] } = {
  for_each: ['type', 'items', 'as', 'max_parallel', 'on_item_error', 'do'],
  loop: ['type', 'while', 'until', 'max_iterations', 'on_exhausted', 'do'],
  parallel: ['type', 'branches', 'fusion', 'max_parallel', 'on_item_error'],
};

/** What is inside: the key that holds it, and what its static path has behind that of the task. */
interface Inside {
  readonly body: Pair;
  readonly path: string;
  /** The name of the branch. */
  readonly branch?: string;
}

export const unwrapTask: Refactoring = ({ document, range }) => {
  const site = taskAt(document.syntax.root, range);
  const type = textAt(site?.pair.value, 'type') ?? '';
  const inside = site && keysOf[type] ? insideOf(site, type) : undefined;
  if (!site || !inside || site.pair.value.kind !== 'map' || document.facts.kind !== 'workflow') return [];
  const title = `Take what \`${site.id}\` does out of the \`${type}\``;
  return [{ title, kind: 'refactor.rewrite.unwrap', outcome: unwrapped(document, site, inside, type) }];
};

function insideOf({ pair }: TaskSite, type: string): Inside | undefined {
  if (type !== 'parallel') {
    const body = pairOf(pair.value, 'do');
    return body && { body, path: '[]' };
  }
  const [body, ...more] = pairsOf(pairOf(pair.value, 'branches')?.value);
  return body && more.length === 0 ? { body, path: `/${body.key}`, branch: body.key } : undefined;
}

function unwrapped(document: OpenDocument, site: TaskSite, inside: Inside, type: string): Offer['outcome'] {
  const { value } = site.pair;
  const body = inside.body.value;
  const refused = whyNot(document, site, inside, type);
  if (refused !== undefined || value.kind !== 'map' || body.kind !== 'map') return { refused: refused ?? '' };
  return {
    edits: [
      ...bodyEdits(document, site, value, body, type),
      ...referenceEdits(document, pathsTo(document, site), inside),
      ...movedPaths(document, `${site.path}${inside.path}`, site.path),
    ],
  };
}

function whyNot(document: OpenDocument, site: TaskSite, { body, branch }: Inside, type: string): string | undefined {
  const { pair, scope } = site;
  if (hasErrors(document)) return 'This file has errors: mend them first.';
  if (body.value.kind !== 'map' || !isWithin(body.value.range, body.range)) return 'What is inside stands elsewhere.';
  if (pairOf(body.value, 'tasks')) return 'There are several tasks inside.';
  if (scope.tasks.flow || (pair.value.kind === 'map' && pair.value.flow))
    return 'It is written in braces: write it on lines of its own.';
  const own = pairsOf(pair.value).map(({ key }) => key);
  const doubled = own.find((key) => !keysOf[type]?.includes(key) && pairOf(body.value, key));
  if (doubled !== undefined) return `Both have \`${doubled}\`.`;
  const whole = own.find((key) => ['gate', 'timeout', 'on_error'].includes(key));
  if (whole !== undefined) return `Its \`${whole}\` is for the whole.`;
  return usesWhatItGets(document, site, body) ?? whyNotOthers(document, site, branch, type);
}

function usesWhatItGets(document: OpenDocument, { scope }: TaskSite, { value }: Pair): string | undefined {
  const { root } = document.syntax;
  const around = boundAround(root, scope.tasks.range);
  const given = [...boundAround(root, value.range)].filter((name) => !around.has(name));
  const named = namedPathsIn(document).filter(({ expression }) => isWithin(expression.place.range, value.range));
  const used = given.find((name) => named.some(({ names }) => names[0] === name));
  return used === undefined ? undefined : `What is inside uses \`${used}\`.`;
}

function whyNotOthers(
  document: OpenDocument,
  site: TaskSite,
  branch: string | undefined,
  type: string,
): string | undefined {
  const paths = pathsTo(document, site);
  const outputs = paths.filter(({ names }) => names[2] === 'output');
  if (isAskedForMore(paths)) return 'Others ask it for more than its output.';
  if (type === 'for_each' && outputs.length > 0) return 'Others use its output as a list.';
  const isMerged = branch !== undefined && pairOf(pairOf(site.pair.value, 'fusion')?.value, 'strategy') !== undefined;
  if (
    isMerged ||
    (branch !== undefined && outputs.some((path) => path.names[3] !== branch || !rangeOfFirst(document, path, 4)))
  )
    return outputs.length === 0 ? undefined : 'Others use its output as that of branches.';
  return pairOf(site.pair.value, 'while') && outputs.length > 0
    ? 'With `while` its output may be absent, without it not.'
    : undefined;
}

/** `tasks.x.output.one` becomes `tasks.x.output`. */
function referenceEdits(document: OpenDocument, paths: readonly NamedPath[], { branch }: Inside): readonly TextEdit[] {
  if (branch === undefined) return [];
  return paths.flatMap((path) => {
    const whole = rangeOfFirst(document, path, 4);
    const output = path.ranges[2];
    return whole && output && path.names[3] === branch
      ? [{ range: { start: output.end, end: whole.end }, newText: '' }]
      : [];
  });
}

/** What is inside takes the place of the key that held it, and the keys of the task around it go. */
function bodyEdits(
  document: OpenDocument,
  { pair }: TaskSite,
  value: MapNode,
  body: MapNode,
  type: string,
): readonly TextEdit[] {
  const { text } = document;
  const holder = type === 'parallel' ? 'branches' : 'do';
  const going = value.pairs.filter(({ key }) => keysOf[type]?.includes(key) && key !== holder);
  const held = pairOf(value, holder);
  const column = columnOf(text, value.pairs[0]?.range.start ?? pair.range.start);
  if (!held) return [];
  return [
    ...removals(text, value, going),
    { range: linesOf(text, held.range), newText: innerText(text, body, column) },
  ];
}

function innerText(text: string, body: MapNode, column: number): string {
  if (body.flow) return body.pairs.map((pair) => copied(text, body, pair, column)).join('');
  const [first] = body.pairs;
  const last = body.pairs.at(-1);
  if (!first || !last) return eolOf(text);
  const lines = text.slice(linesOf(text, first.range).start, linesOf(text, last.range).end);
  return shifted(lines, columnOf(text, first.range.start), column);
}
