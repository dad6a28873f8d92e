// What has changed between two lists of semantic tokens: a keystroke moves one of ten thousand.
import type { SemanticTokensEdit } from 'vscode-languageserver';

/** @returns the one edit that makes `after` of `before`; none if they are equal */
export function tokenChanges(before: readonly number[], after: readonly number[]): readonly SemanticTokensEdit[] {
  const shortest = Math.min(before.length, after.length);
  let head = 0;
  while (head < shortest && before[head] === after[head]) head += 1;
  if (head === before.length && head === after.length) return [];
  let tail = 0;
  while (tail < shortest - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [{ start: head, deleteCount: before.length - head - tail, data: after.slice(head, after.length - tail) }];
}
