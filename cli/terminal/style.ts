import { stripVTControlCharacters, styleText } from 'node:util';
import type { RunStatus, TaskStatus } from '../../run/index.ts';

type Look = Parameters<typeof styleText>[0];

/** Paints text for a stream that may or may not show colours (`NO_COLOR`, `FORCE_COLOR` and pipes are respected). */
export interface Painter {
  paint(look: Look, text: string): string;
  /** False where only ASCII is safe. */
  readonly unicode: boolean;
}

/** A painter for this stream. */
export function painterFor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Painter {
  return {
    paint: (look, text) => styleText(look, text, { stream, validateStream: true }),
    unicode: env['TERM'] !== 'linux' && !/^(C|POSIX)$/.test(env['LC_ALL'] ?? env['LANG'] ?? 'UTF-8'),
  };
}

/** A painter that leaves text as it is: for files, pipes and tests. */
export const plainPainter: Painter = { paint: (_look, text) => text, unicode: true };

type Sign = { readonly icon: string; readonly ascii: string; readonly look: Look };

const signs: Record<TaskStatus | RunStatus, Sign> = {
  pending: { icon: '○', ascii: '.', look: 'dim' },
  waiting: { icon: '◆', ascii: '?', look: 'yellow' },
  running: { icon: '◐', ascii: '>', look: 'cyan' },
  completed: { icon: '✓', ascii: 'v', look: 'green' },
  partially_completed: { icon: '◑', ascii: '~', look: 'yellow' },
  failed: { icon: '✗', ascii: 'x', look: 'red' },
  skipped: { icon: '↷', ascii: '-', look: 'dim' },
  cancelled: { icon: '■', ascii: '#', look: 'dim' },
};

const spinner = ['◐', '◓', '◑', '◒'];

/** The sign of a status; a running one turns with `frame`. */
export function signOf(status: TaskStatus | RunStatus, painter: Painter, frame = 0): string {
  const sign = signs[status];
  const icon = !painter.unicode ? sign.ascii : status === 'running' ? (spinner[frame % 4] ?? sign.icon) : sign.icon;
  return painter.paint(sign.look, icon);
}

/** Text that can do no harm on a terminal: no escape sequences, no control or direction characters. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    '',
  );
}

const plainAscii = /^[\x20-\x7e]*$/;
const noColumn = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]/u;
/** What Unicode calls wide (UAX 11), in the blocks that texts are made of, and pictures. */
const twoColumns =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u;

/** How many columns a line of text takes on a terminal, painted or not. */
export function columnsOf(text: string): number {
  const plain = stripVTControlCharacters(text);
  if (plainAscii.test(plain)) return plain.length;
  return Array.from(plain, widthOf).reduce((sum, width) => sum + width, 0);
}

/** Cuts unpainted text to a number of columns, with `…` at its end if something is left out. */
export function cutTo(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  return `${firstColumns(Array.from(text), columns - 1)}…`;
}

/** The end of unpainted text that fits into a number of columns, with `…` before it if something is left out. */
export function endOf(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const reversed = firstColumns(Array.from(text).reverse(), columns - 1);
  return `…${Array.from(reversed).reverse().join('')}`;
}

function firstColumns(characters: readonly string[], columns: number): string {
  let taken = 0;
  const end = characters.findIndex((character) => (taken += widthOf(character)) > columns);
  return characters.slice(0, end < 0 ? undefined : end).join('');
}

function widthOf(character: string): number {
  if (noColumn.test(character)) return 0;
  return twoColumns.test(character) ? 2 : 1;
}

/** One line of harmless text. */
export function harmlessLine(text: string): string {
  return harmless(text).replace(/\s+/g, ' ').trim();
}
