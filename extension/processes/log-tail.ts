// An engine's log file as it grows, line by line and made readable.
import { closeSync, existsSync, type FSWatcher, fstatSync, openSync, readSync, watch } from 'node:fs';

/** How much of a log that is already there is shown. */
const tailBytes = 64 * 1024;

/** Copies what is appended to one log file into a channel, also when a new file takes its place. */
export class LogTail {
  readonly #path: string;
  readonly #show: (line: string) => void;
  #watcher: FSWatcher | undefined;
  #offset: number | undefined;
  #rest = '';

  /** Shows the end of what is there, then each new line. */
  constructor(path: string, show: (line: string) => void) {
    this.#path = path;
    this.#show = show;
    this.#follow();
  }

  dispose(): void {
    this.#watcher?.close();
  }

  #follow(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    if (!existsSync(this.#path)) return;
    this.#watcher = watch(this.#path, (event) => (event === 'rename' ? this.#follow() : this.#read()));
    this.#watcher.on('error', () => this.#follow());
    this.#read();
  }

  #read(): void {
    const file = openSync(this.#path, 'r');
    try {
      const { size } = fstatSync(file);
      const isNew = this.#offset === undefined || size < this.#offset;
      const from = isNew ? Math.max(0, size - tailBytes) : (this.#offset ?? 0);
      const bytes = Buffer.alloc(size - from);
      readSync(file, bytes, 0, bytes.length, from);
      this.#offset = size;
      this.#take(bytes.toString('utf8'), isNew && from > 0);
    } finally {
      closeSync(file);
    }
  }

  #take(text: string, startsInLine: boolean): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of startsInLine ? lines.slice(1) : lines) this.#show(readable(line));
  }
}

/** `12:31:05.120 info  message {facts}` for a line of JSON; other lines as they are. */
function readable(line: string): string {
  const entry = parseEntry(line);
  if (!entry) return line;
  const { time, level, msg, pid: _pid, hostname: _hostname, ...facts } = entry;
  const rest = Object.keys(facts).length > 0 ? ` ${JSON.stringify(facts)}` : '';
  return `${timeOf(time)} ${levelName(level)} ${typeof msg === 'string' ? msg : ''}${rest}`;
}

function parseEntry(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    // Something that only looks like an entry: shown as it is.
    return undefined;
  }
}

function timeOf(time: unknown): string {
  const date = typeof time === 'number' || typeof time === 'string' ? new Date(time) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date.toISOString().slice(11, 23) : '';
}

/** Levels of pino: https://getpino.io/#/docs/api?id=level-string */
const levels: { readonly [level: number]: string } = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

function levelName(level: unknown): string {
  const name = typeof level === 'number' ? (levels[level] ?? String(level)) : typeof level === 'string' ? level : '';
  return name.padEnd(5);
}
