// The live tree of a run on a terminal: redrawn in place, at most ten times a second.
import type { FollowMessage, RunState } from '../../run/index.ts';
import type { Painter } from './style.ts';
import { statusLine } from './report.ts';
import { treeLines } from './tree-lines.ts';

/** Shows a run while it is followed. */
export interface RunView {
  /** Called after the message was folded into the state. */
  update(message: FollowMessage, state: RunState): void;
  /** Removes what would be in the way of a question or the report; the next update draws anew. */
  clear(): void;
}

const redrawEveryMs = 100;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** A view that redraws the tree in place. `clear` gives the screen back with the cursor shown. */
export function createLiveView(output: NodeJS.WriteStream, painter: Painter): RunView {
  const streaming = new Map<string, string>();
  let drawn = 0;
  let frame = 0;
  let state: RunState | undefined;
  let timer: NodeJS.Timeout | undefined;

  const erase = (): string => (drawn > 0 ? `\u001b[${drawn}A\u001b[0J` : '');
  const draw = (): void => {
    if (!state?.started) return;
    frame += 1;
    const lines = visibleLines(state, output, painter, frame, streaming);
    output.write(`${hideCursor}${erase()}${lines.join('\n')}\n`);
    drawn = lines.length;
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
      output.write(`${erase()}${showCursor}`);
      drawn = 0;
    },
  };
}

/** As many lines as the screen holds; the last rows win, since that is where things happen. */
function visibleLines(
  state: RunState,
  output: NodeJS.WriteStream,
  painter: Painter,
  frame: number,
  streaming: ReadonlyMap<string, string>,
): string[] {
  const [width, height] = [(output.columns ?? 80) - 1, (output.rows ?? 24) - 2];
  const now = Date.now();
  const tree = treeLines(state, { painter, now, width, frame, calls: false, streaming });
  const room = Math.max(3, height - 1);
  const shown =
    tree.length <= room ? tree : [painter.paint('dim', `… ${tree.length - room + 1} more`), ...tree.slice(1 - room)];
  return [statusLine(state, painter, now), ...shown];
}

/** Keeps the tail of what each running call has said. */
function noteStream(streaming: Map<string, string>, message: FollowMessage): void {
  if (message.type === 'progress') {
    const { call, text } = message.progress;
    streaming.set(call, ((streaming.get(call) ?? '') + text).slice(-200));
  } else if (message.type === 'event' && message.event.type === 'call-ended') {
    streaming.delete(message.event.path);
  }
}
