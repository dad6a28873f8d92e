// The live tree of a run on a terminal: redrawn in place, at most ten times a second.
import type { FollowMessage, RunState } from '../../run/index.ts';
import { columnsOf, type Painter } from './style.ts';
import { statusLine } from './report.ts';
import { treeRows } from './tree-lines.ts';

/** Shows a run while it is followed. */
export interface RunView {
  /** Called after the message was folded into the state. */
  update(message: FollowMessage, state: RunState): void;
  /** Removes what would be in the way of a question or the report; the next update draws anew. */
  clear(): void;
}

/** Where the view is drawn. */
export interface Screen {
  write(text: string): void;
  /** Undefined or 0 on terminals that do not tell their size. */
  readonly columns?: number;
  readonly rows?: number;
}

const redrawEveryMs = 100;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
/** While the tree is drawn the terminal cuts long lines itself: it alone knows how wide it shows a character. */
const cutLines = '\u001b[?7l';
const wrapLines = '\u001b[?7h';
const clearLine = '\u001b[2K';
const clearBelow = '\u001b[0J';

/** A view that redraws the tree in place. `clear` gives the screen back with the cursor shown. */
export function createLiveView(screen: Screen, painter: Painter): RunView {
  const streaming = new Map<string, string>();
  let drawn: readonly string[] = [];
  let frame = 0;
  let state: RunState | undefined;
  let timer: NodeJS.Timeout | undefined;

  const draw = (): void => {
    if (!state?.started) return;
    frame += 1;
    const lines = visibleLines(state, screen, painter, frame, streaming);
    // Line by line over the old ones: a whole screen that is cleared goes into the history of some terminals each time.
    const fresh = lines.map((line) => `${clearLine}${line}\n`).join('');
    screen.write(`${hideCursor}${cutLines}${goUp(drawn, screen)}${fresh}${clearBelow}${wrapLines}`);
    drawn = lines;
  };
  return {
    update(message, next) {
      state = next;
      noteStream(streaming, message);
      timer ??= setInterval(draw, redrawEveryMs);
    },
    clear() {
      clearInterval(timer);
      timer = undefined;
      screen.write(`${goUp(drawn, screen)}${clearBelow}${showCursor}`);
      drawn = [];
    },
  };
}

/** Moves the cursor to the first row of what was drawn. In a window that was made narrower since, a line takes several rows. */
function goUp(drawn: readonly string[], screen: Screen): string {
  if (drawn.length === 0) return '';
  const { columns, rows } = sizeOf(screen);
  const taken = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / columns)), 0);
  return `\u001b[${Math.min(taken, Math.max(1, rows - 1))}A\r`;
}

/** As many lines as the screen holds, with those in it where something goes on. */
function visibleLines(
  state: RunState,
  screen: Screen,
  painter: Painter,
  frame: number,
  streaming: ReadonlyMap<string, string>,
): string[] {
  const now = Date.now();
  const { columns, rows } = sizeOf(screen);
  const tree = treeRows(state, { painter, now, width: columns - 1, frame, calls: false, streaming });
  // One row for the status, one for the cursor below.
  const room = Math.max(0, rows - 2);
  return [statusLine(state, painter, now), ...partOf(tree, room, painter)];
}

function sizeOf({ columns, rows }: Screen): { readonly columns: number; readonly rows: number } {
  return { columns: columns || 80, rows: rows || 24 };
}

function partOf(tree: ReturnType<typeof treeRows>, room: number, painter: Painter): string[] {
  const lines = tree.map(({ line }) => line);
  if (lines.length <= room) return lines;
  if (room < 3) return lines.slice(0, room);
  const lastOpen = tree.findLastIndex(({ isOpen }) => isOpen);
  const inner = room - 2;
  const end = Math.min(lines.length, Math.max(inner, lastOpen + 1));
  const begin = end - inner;
  const more = (count: number): string => painter.paint('dim', count > 0 ? `… ${count} more` : '');
  return [more(begin), ...lines.slice(begin, end), more(lines.length - end)];
}

/** Keeps the tail of what each running call has said. */
function noteStream(streaming: Map<string, string>, message: FollowMessage): void {
  if (message.type === 'progress') {
    const { call, text, soFar } = message.progress;
    streaming.set(call, ((soFar ? '' : (streaming.get(call) ?? '')) + text).slice(-200));
  } else if (message.type === 'event' && message.event.type === 'call-ended') {
    streaming.delete(message.event.path);
  }
}
