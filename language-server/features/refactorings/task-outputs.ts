// Where others name what a task gave.
import type { OpenDocument } from '../open-document.ts';
import { type NamedPath, namedPathsIn } from './named-paths.ts';
import { isWithin, type TaskSite } from './task-sites.ts';

/** @returns the paths outside a task that begin with `tasks.` and its id, and mean it */
export function pathsTo(document: OpenDocument, { pair }: Pick<TaskSite, 'pair'>): readonly NamedPath[] {
  const named = new Set(
    document.checked.uses
      .filter(({ kind, declared, range }) => {
        return kind === 'task' && declared?.start === pair.keyNode.range.start && !isWithin(range, pair.range);
      })
      .map(({ range }) => range.start),
  );
  return namedPathsIn(document).filter(
    ({ names, ranges }) => names[0] === 'tasks' && named.has(ranges[1]?.start ?? -1),
  );
}

/** @returns where `tasks.x.output` ends, for each of the paths that say it */
export function outputEnds({ text }: OpenDocument, paths: readonly NamedPath[]): readonly number[] {
  return paths.flatMap(({ names, ranges }) => {
    const end = ranges[2]?.end;
    if (end === undefined || names[2] !== 'output') return [];
    // Also as `['output']`.
    return [/['"]/.test(text[end] ?? '') ? end + 2 : end];
  });
}

/** Whether somebody asks a task for what only a task of its type has. */
export function isAskedForMore(paths: readonly NamedPath[]): boolean {
  return paths.some(({ names }) => ['history', 'details', 'errors', 'partial'].includes(names[2] ?? ''));
}
