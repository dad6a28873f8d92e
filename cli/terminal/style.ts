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

/** One line of harmless text. */
export function harmlessLine(text: string): string {
  return harmless(text).replace(/\s+/g, ' ').trim();
}
