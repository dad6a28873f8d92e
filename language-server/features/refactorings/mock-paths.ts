// The `mock` entries of a file name tasks by their static paths; where a task moves, they follow.
import type { TextEdit } from '../../../workflow/index.ts';
import type { OpenDocument } from '../open-document.ts';

/** @returns the edits after which entries that named a task, or something inside it, name it by its new path */
export function movedPaths({ checked, text }: OpenDocument, from: string, to: string): readonly TextEdit[] {
  const isMeant = (name: string): boolean => name === from || /^[/[]/.test(name.slice(from.length));
  return checked.uses
    .filter(({ kind, name }) => kind === 'task-path' && name.startsWith(from) && isMeant(name))
    .map(({ range, name }) => {
      const path = `${to}${name.slice(from.length)}`;
      const quote = /^['"]/.exec(text.slice(range.start, range.end))?.[0] ?? (path.includes('[') ? '"' : '');
      return { range, newText: `${quote}${path}${quote}` };
    });
}
