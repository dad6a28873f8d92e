// A hook that sees every connection this process opens, so that a test can say where none may go.
import { Socket } from 'node:net';

/** Where a connection went. A local socket has a path instead of a host and a port. */
export interface Connection {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
}

/** Connections opened since it was started, oldest first. */
export interface ConnectionLog {
  readonly connections: readonly Connection[];
  /** `host:port` of each address that was tried, and the path of each local socket, without repeats, sorted. */
  places(): readonly string[];
  stop(): void;
}

/**
 * Starts to watch, in this thread. Everything in Node that opens a TCP or local connection ends in `Socket.connect`,
 * `fetch` too. The caller stops it.
 */
export function watchConnections(): ConnectionLog {
  const connections: Connection[] = [];
  const original = Reflect.get(Socket.prototype, 'connect') as Socket['connect'];
  const watched = function (this: Socket, ...args: unknown[]): Socket {
    connections.push(targetOf(args));
    return Reflect.apply(original, this, args) as Socket;
  };
  Socket.prototype.connect = watched as Socket['connect'];
  return {
    connections,
    places: () => [...new Set(connections.map(placeOf))].sort(),
    stop: () => {
      Socket.prototype.connect = original;
    },
  };
}

/** `connect` takes an object of options, a port and a host, or a path; Node itself passes all of it in one list. */
function targetOf(args: readonly unknown[]): Connection {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  if (typeof first === 'object' && first !== null) return optionsTarget(first);
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { path: first };
  return { port: Number(first), host: typeof second === 'string' ? second : 'localhost' };
}

function optionsTarget(options: object): Connection {
  const at = (key: string): unknown => Reflect.get(options, key);
  const path = at('path');
  if (typeof path === 'string' && at('port') === undefined) return { path };
  const host = at('host') ?? at('hostname');
  return { host: typeof host === 'string' ? host : 'localhost', port: Number(at('port')) };
}

function placeOf({ host, port, path }: Connection): string {
  return path ?? `${host}:${port}`;
}
