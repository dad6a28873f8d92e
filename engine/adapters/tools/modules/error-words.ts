import { relative } from 'node:path';

/** What an error says, and the first place in the workspace that it names. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const words = `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}`;
  const place = placeIn(error.stack ?? '');
  return place === undefined ? words : `${words} (${place})`;
}

function placeIn(stack: string): string | undefined {
  for (const [, path, line] of stack.matchAll(/(?:file:\/\/)?(\/[^\s():]+|[A-Za-z]:[^\s():]+):(\d+)(?::\d+)?/g)) {
    const inside = relative(process.cwd(), decodeURI(path ?? ''));
    if (!inside.startsWith('..') && !inside.includes('node_modules')) return `${inside.replaceAll('\\', '/')}:${line}`;
  }
  return undefined;
}
