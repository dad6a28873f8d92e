import { relative } from 'node:path';

/** A failure is recorded, shown and given to models: what an error says in more than this is left out. */
const mostCharacters = 2000;

/** What an error says, and the first place in the workspace that it names. Takes whatever was thrown. */
export function wordsOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return cut(String(error));
    const words = cut(`${error.name === 'Error' ? '' : `${error.name}: `}${error.message}`);
    const place = placeIn(String(error.stack).slice(0, 100_000));
    return place === undefined ? words : `${words} (${place})`;
  } catch {
    // An object of the tool's own that can not be written as a text.
    return 'it threw what can not be read';
  }
}

function cut(words: string): string {
  return words.length <= mostCharacters ? words : `${words.slice(0, mostCharacters)}…`;
}

function placeIn(stack: string): string | undefined {
  for (const [, path, line] of stack.matchAll(
    /(?:file:\/\/)?(\/[^\s():]+|\b[A-Za-z]:[\\/][^\s():]+):(\d+)(?::\d+)?/g,
  )) {
    const inside = relative(process.cwd(), decoded(path ?? ''));
    if (!inside.startsWith('..') && !inside.includes('node_modules')) return `${inside.replaceAll('\\', '/')}:${line}`;
  }
  return undefined;
}

/** Modules are named by their URL, other files by their path, in which a `%` is one. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
