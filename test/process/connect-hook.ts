// Writes down every connection that a process opens: all of Node's network goes through `Socket.connect`.
import { appendFileSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

const fileName = 'connections.ndjson';

/** Watches this process from now on; the notes lie in the data folder it was started for. */
export function recordConnections(dataDir: string): void {
  const connect: unknown = Reflect.get(Socket.prototype, 'connect');
  if (typeof connect !== 'function') throw new Error('Socket has no connect');
  Socket.prototype.connect = function (this: Socket, ...parts: unknown[]): Socket {
    const [first] = parts.flat();
    const to = typeof first === 'object' && first !== null ? first : { path: String(first) };
    const { host, port, path } = to as { host?: string; port?: number; path?: string };
    appendFileSync(join(dataDir, fileName), `${JSON.stringify(path ?? `${host}:${port}`)}\n`);
    return Reflect.apply(connect, this, parts) as Socket;
  };
}

/** Where the engine of a folder connected to, each once. */
export function recordedConnections(dataDir: string): string[] {
  const lines = readFileSync(join(dataDir, fileName), 'utf8').trim().split('\n');
  return [...new Set(lines.map((line) => JSON.parse(line) as string))];
}
