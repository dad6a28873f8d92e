// Listens where the lock file says, for this user only.
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

export interface Listening {
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/**
 * Opens the socket or pipe of the engine.
 * @param accept serves a connection; returns a function that cuts it
 */
export async function listenAt(address: string, accept: (socket: Socket) => () => void): Promise<Listening> {
  const isPipe = process.platform === 'win32';
  // What is left of an engine that died; whoever holds the lock may take it away.
  if (!isPipe) rmSync(address, { force: true });
  const cuts = new Set<() => void>();
  const server = createServer((socket) => {
    const cut = accept(socket);
    cuts.add(cut);
    socket.once('close', () => cuts.delete(cut));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  if (!isPipe) chmodSync(address, 0o600);
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const cut of cuts) cut();
      await closed;
    },
  };
}
