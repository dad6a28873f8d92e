// Reads `{ }` and `[ ]` up to a place, however unfinished they are.

/** A collection that is open at the end of what was read, and how far it has got. */
export interface FlowFrame {
  readonly kind: '{' | '[';
  /** In a list: which element. */
  index: number;
  /** In a map: the key, once its `:` has been read. */
  key?: string;
  /** Where the key, value or element begins that is being written, or where it will. */
  start: number;
}

export interface FlowReading {
  /** The offset after the closing bracket; undefined if it is not closed. */
  readonly closedAt?: number;
  /** What is open at the end, outermost first. */
  readonly open: readonly FlowFrame[];
  /** Where reading ended: the closing bracket, the limit, or the line that does not belong to it. */
  readonly end: number;
  /** The quote that is open at the end, and where. */
  readonly quoteAt?: number;
  /** The end lies in a comment. */
  readonly inComment?: boolean;
}

/**
 * Reads the collection that begins at `start`.
 * @param limit the offset at which to stop
 * @param column of the key it is the value of; a line that begins a key there, or left of it, is not part of it
 */
export function readFlow(text: string, start: number, limit: number, column: number): FlowReading {
  const open: FlowFrame[] = [];
  let at = start;
  while (at < limit) {
    const frame = open.at(-1);
    const atom = atomAt(text, at, limit, frame);
    if (atom) {
      if (atom.isCut) return { open, end: limit, ...atom.cut };
      at = atom.end;
      continue;
    }
    const char = text[at];
    if (char === '\n' && beginsKeyAt(text, at + 1, column)) return { open, end: at };
    at += 1;
    if (char === '{' || char === '[') open.push({ kind: char, index: 0, start: at });
    else if (char === '}' || char === ']') {
      open.pop();
      if (open.length === 0) return { open, closedAt: at, end: at };
    } else if (frame) step(text, frame, at);
  }
  return { open, end: limit };
}

/** Something whose inside is not looked at. What is unfinished reaches to the end of its line. */
interface Atom {
  readonly end: number;
  /** The limit lies in it. */
  readonly isCut: boolean;
  readonly cut: Pick<FlowReading, 'quoteAt' | 'inComment'>;
}

/** @returns the expression, quoted text or comment that begins at an offset */
function atomAt(text: string, at: number, limit: number, frame: FlowFrame | undefined): Atom | undefined {
  const atom = (end: number | undefined, cut: Atom['cut']): Atom => {
    const reaches = end ?? endOfLine(text, at, limit);
    return { end: reaches, isCut: end === undefined && reaches === limit, cut };
  };
  const char = text[at];
  if (text.startsWith('${{', at)) {
    const close = text.indexOf('}}', at);
    const isWhole = close >= 0 && close + 2 <= limit && !text.slice(at, close).includes('\n');
    return atom(isWhole ? close + 2 : undefined, {});
  }
  if ((char === '"' || char === "'") && frame && text.slice(frame.start, at).trim() === '') {
    const close = closingQuote(text, at, limit);
    return atom(close === undefined ? undefined : close + 1, { quoteAt: at });
  }
  const isComment = char === '#' && /\s/.test(text[at - 1] ?? ' ');
  return isComment ? atom(undefined, { inComment: true }) : undefined;
}

/** Takes note of a `,` or `:` that was just read. */
function step(text: string, frame: FlowFrame, at: number): void {
  const char = text[at - 1];
  if (char === ',') {
    frame.index += 1;
    frame.start = at;
    delete frame.key;
    return;
  }
  const isQuotedKey = /["']$/.test(text.slice(frame.start, at - 1).trimEnd());
  const endsKey = char === ':' && frame.kind === '{' && frame.key === undefined;
  if (!endsKey || !(isQuotedKey || /^[\s,{}[\]]?$/.test(text[at] ?? ''))) return;
  frame.key = unquoted(text.slice(frame.start, at - 1).trim());
  frame.start = at;
}

/** @returns the offset of the quote that closes the one at `at`, on the same or a later line before `limit` */
export function closingQuote(text: string, at: number, limit: number): number | undefined {
  const quote = text[at];
  for (let next = at + 1; next < limit; next += 1) {
    if (text[next] === '\n') return undefined;
    if (quote === '"' && text[next] === '\\') next += 1;
    else if (text[next] === quote) {
      if (quote === '"' || text[next + 1] !== quote) return next;
      next += 1;
    }
  }
  return undefined;
}

/** @returns what a key says without its quotes. */
export function unquoted(key: string): string {
  return /^(["']).*\1$/.test(key) ? key.slice(1, -1) : key;
}

function endOfLine(text: string, at: number, limit: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 || end > limit ? limit : end;
}

function beginsKeyAt(text: string, lineStart: number, column: number): boolean {
  const line = text.slice(lineStart, endOfLine(text, lineStart, text.length));
  const [lead = ''] = /^ */.exec(line) ?? [];
  return lead.length <= column && /^(- )*[\w.-]+\s*:(\s|$)/.test(line.slice(lead.length));
}
