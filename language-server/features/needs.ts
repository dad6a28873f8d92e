// Whom a task waits for: those that `needs` lists, and those that its expressions name.
import type { NameUse, Task } from '../../workflow/index.ts';
import type { OpenDocument } from './open-document.ts';

/** What `needs` lists, all tasks together, in file order. */
export function listedNeeds({ checked: { uses } }: OpenDocument): readonly NameUse[] {
  return uses.filter(({ by }) => by === 'needs').sort((a, b) => a.range.start - b.range.start);
}

/** The needs of a task that it does not list: names in its expressions imply them. */
export function impliedNeeds(listed: readonly NameUse[], { needs, range }: Task): readonly string[] {
  if (needs.length === 0) return [];
  const own = new Set<string>();
  for (let index = firstAt(listed, range.start); ; index += 1) {
    const use = listed[index];
    if (!use || use.range.start >= range.end) break;
    own.add(use.name);
  }
  return needs.filter((id) => !own.has(id));
}

/** The first that does not stand before an offset: ten thousand tasks do not look through all uses each. */
function firstAt(uses: readonly NameUse[], offset: number): number {
  let low = 0;
  let high = uses.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((uses[middle]?.range.start ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
