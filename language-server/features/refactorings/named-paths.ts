// The paths of names in the expressions of a file, such as `tasks.gather.output.facts`, each where it stands.
import { type Expression, type Range, referencesOf } from '../../../workflow/index.ts';
import type { OpenDocument } from '../open-document.ts';

export interface NamedPath {
  /** Root first. It stops at an index, a call or a macro. */
  readonly names: readonly string[];
  /** Where each of the names stands in the file. */
  readonly ranges: readonly Range[];
  readonly expression: Expression;
}

const known = new WeakMap<OpenDocument, readonly NamedPath[]>();

/** @returns every path of names in a document, in the order of reading */
export function namedPathsIn(document: OpenDocument): readonly NamedPath[] {
  const paths = known.get(document) ?? document.checked.expressions.flatMap(pathsOf);
  known.set(document, paths);
  return paths;
}

function pathsOf(expression: Expression): readonly NamedPath[] {
  return referencesOf(expression.source).map(({ segments }) => ({
    names: segments.map(({ name }) => name),
    ranges: segments.map(({ start, end }) => ({
      start: expression.toFileOffset(start),
      // Behind the last letter: what comes after it may stand on another line.
      end: expression.toFileOffset(end - 1) + 1,
    })),
    expression,
  }));
}

/** @returns where the first names of a path stand together; undefined unless they are written with dots alone */
export function rangeOfFirst(document: OpenDocument, { names, ranges }: NamedPath, count: number): Range | undefined {
  const [first, last] = [ranges[0], ranges[count - 1]];
  if (!first || !last) return undefined;
  const range = { start: first.start, end: last.end };
  return document.text.slice(range.start, range.end) === names.slice(0, count).join('.') ? range : undefined;
}
