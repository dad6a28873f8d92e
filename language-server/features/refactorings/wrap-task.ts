// A task into a task around it: it becomes the body of a `for_each` or a `loop`, or a branch of a `parallel`. What says
// when the task runs stays outside; what it does goes inside.
import type { MapNode, Pair, TextEdit } from '../../../workflow/index.ts';
import type { OpenDocument } from '../open-document.ts';
import { boundAround, boundInside } from './bound-names.ts';
import { listFor } from './list-for.ts';
import { movedPaths } from './mock-paths.ts';
import { namedPathsIn } from './named-paths.ts';
import { hasErrors, type Offer, type Refactoring } from './refactoring.ts';
import { isAskedForMore, outputEnds, pathsTo } from './task-outputs.ts';
import { isWithin, type TaskSite, taskAt, textAt } from './task-sites.ts';
import { columnOf, edited, eolOf, linesOf, removals, shifted } from './written.ts';

/** Keys that a body does not have, or that mean the whole. */
const keysAround: ReadonlySet<string> = new Set([
  'needs',
  'when',
  'trigger_rule',
  'priority',
  'critical',
  'disabled',
  'description',
]);

interface Wrapper {
  readonly type: 'for_each' | 'loop' | 'parallel';
  /** What stands before the body, each line with its depth; the body is the value of the last. */
  readonly head: readonly (readonly [depth: number, line: string])[];
  /** What its static path has behind it. */
  readonly inside: string;
  /** The names that it gives to its body. */
  readonly binds: readonly string[];
  /** Its names are declared with it: nothing inside may declare them again. */
  readonly isDeclared?: true;
  /** What `tasks.x.output` gets behind it; undefined: it becomes a list, and how that is then used nobody can guess. */
  readonly output?: string;
}

const branch = 'one';

function wrappersFor(document: OpenDocument, site: TaskSite): readonly Wrapper[] {
  return [
    {
      type: 'for_each',
      head: [
        [0, 'type: for_each'],
        [0, `items: ${listFor(document, site)}`],
        [0, 'do:'],
      ],
      inside: '[]',
      binds: ['item', 'index'],
      isDeclared: true,
    },
    {
      type: 'loop',
      head: [
        [0, 'type: loop'],
        [0, 'until: round == 2'],
        [0, 'max_iterations: 2'],
        [0, 'do:'],
      ],
      inside: '[]',
      binds: ['output', 'round'],
      output: '',
    },
    {
      type: 'parallel',
      head: [
        [0, 'type: parallel'],
        [0, 'branches:'],
        [1, `${branch}:`],
      ],
      inside: `/${branch}`,
      binds: [],
      output: `.${branch}`,
    },
  ];
}

export const wrapTask: Refactoring = ({ document, range }) => {
  const site = taskAt(document.syntax.root, range);
  if (!site || document.facts.kind !== 'workflow') return [];
  const { value } = site.pair;
  const isChoosing = ['condition', 'router'].includes(textAt(value, 'type') ?? '');
  if (value.kind !== 'map' || isChoosing || !isWithin(value.range, site.pair.range)) return [];
  return wrappersFor(document, site).map((wrapper) => ({
    title: `Put the task \`${site.id}\` into a \`${wrapper.type}\`${asList(document, site, wrapper)}`,
    kind: 'refactor.rewrite.wrap',
    outcome: wrapped(document, site, value, wrapper),
  }));
};

function asList(document: OpenDocument, site: TaskSite, { output }: Wrapper): string {
  const count = pathsTo(document, site).filter(({ names }) => names[2] === 'output').length;
  if (output !== undefined || count === 0) return '';
  return `: its output, used ${count === 1 ? 'in one place' : `in ${count} places`}, becomes a list`;
}

function wrapped(document: OpenDocument, site: TaskSite, value: MapNode, wrapper: Wrapper): Offer['outcome'] {
  const refused = whyNot(document, site, value, wrapper);
  if (refused !== undefined) return { refused };
  const paths = pathsTo(document, site);
  const outputs = outputEnds(document, paths).map((end) => ({ start: end, end }));
  const added = wrapper.output ?? '';
  return {
    edits: [
      ...(added === '' ? [] : outputs.map((range) => ({ range, newText: added }))),
      ...(value.flow ? flowEdits(document, site, value, wrapper) : blockEdits(document, site, value, wrapper)),
      ...movedPaths(document, site.path, `${site.path}${wrapper.inside}`),
    ],
  };
}

function whyNot(
  document: OpenDocument,
  site: TaskSite,
  value: MapNode,
  { binds, isDeclared }: Wrapper,
): string | undefined {
  if (hasErrors(document)) return 'This file has errors: mend them first.';
  if (site.scope.tasks.flow) return '`tasks` is written in braces: write each task on lines of its own.';
  const before = document.text.slice(site.pair.keyNode.range.end, value.range.start);
  if (/[&!]/.test(before.replaceAll(/#.*/g, ''))) return 'It has an anchor, which would then name what is around it.';
  if (isAskedForMore(pathsTo(document, site))) return 'Others ask it for more than its output.';
  const around = boundAround(document.syntax.root, site.scope.tasks.range);
  const inner = boundInside(value);
  const named = namedPathsIn(document).filter(({ expression }) => isWithin(expression.place.range, value.range));
  const roots = new Set(named.map(({ names }) => names[0] ?? ''));
  const hidden = binds.find((name) => around.has(name) || (inner.has(name) ? isDeclared : roots.has(name)));
  return hidden === undefined ? undefined : `\`${hidden}\` means something here already.`;
}

function isAround({ key }: Pair): boolean {
  return keysAround.has(key);
}

/** On lines of its own: what stays first, then the wrapper, then all others further right. */
function blockEdits(
  document: OpenDocument,
  { pair }: TaskSite,
  value: MapNode,
  { head }: Wrapper,
): readonly TextEdit[] {
  const { text } = document;
  const [first] = value.pairs;
  if (!first) return [];
  const staying = value.pairs.filter(isAround);
  const column = columnOf(text, first.range.start);
  const step = column - columnOf(text, pair.range.start);
  const all = { start: linesOf(text, first.range).start, end: linesOf(text, pair.range).end };
  const inner = edited(text, all, removals(text, value, staying));
  const depth = (head.at(-1)?.[0] ?? 0) + 1;
  const kept = staying.map(({ range }) => linesOf(text, range)).map(({ start, end }) => text.slice(start, end));
  const newText = [...kept, headText(head, column, step, eolOf(text)), shifted(inner, column, column + depth * step)];
  return [{ range: all, newText: newText.join('') }];
}

function headText(head: Wrapper['head'], column: number, step: number, eol: string): string {
  return head.map(([depth, line]) => `${' '.repeat(column + depth * step)}${line}${eol}`).join('');
}

/** In braces: the braces stay, as the value of the last key of the wrapper. */
function flowEdits({ text }: OpenDocument, { pair }: TaskSite, value: MapNode, { head }: Wrapper): readonly TextEdit[] {
  const eol = eolOf(text);
  const staying = value.pairs.filter(isAround);
  const column = columnOf(text, pair.range.start) + 2;
  const kept = staying.map(({ range }) => `${' '.repeat(column)}${text.slice(range.start, range.end)}${eol}`);
  // Further lines stay as far right of their key as they were.
  const further = ' '.repeat(2 + 2 * (head.at(-1)?.[0] ?? 0));
  const inner = edited(text, value.range, removals(text, value, staying)).replaceAll(/\n(?=.)/g, `\n${further}`);
  const around = `${kept.join('')}${headText(head, column, 2, eol).trimEnd()}`;
  const before = { start: pair.keyNode.range.end + 1, end: value.range.start };
  return [{ range: { start: before.start, end: value.range.end }, newText: `${eol}${around} ${inner}` }];
}
