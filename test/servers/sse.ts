// A small server that streams events as a test scripts them, byte by byte if it must be: for what a well-behaved mock of
// the APIs can not do. It speaks no API by itself; `wire.ts` writes the two formats.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer. Its chunks are written in order, each on its own. */
export interface Script {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  readonly chunks?: readonly string[];
  /** How long it waits before its head is sent. */
  readonly delayMs?: number;
  /** How it ends: politely, by closing the connection under way, or not at all. */
  readonly end?: 'polite' | 'cut' | 'never';
}

/** A request as it came. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The server, at a port of its own on 127.0.0.1. */
export interface SseServer {
  readonly origin: string;
  /** Requests, oldest first. */
  readonly received: readonly Received[];
  /** Answers to come, in order. A request that finds none is answered with status 500. */
  readonly scripts: Script[];
  /** Resolves when a connection was closed by the other side before its answer had ended. */
  readonly hungUp: Promise<void>;
  close(): Promise<void>;
}

/** Starts a server. The caller closes it. */
export async function startSseServer(...scripts: Script[]): Promise<SseServer> {
  const received: Received[] = [];
  const hungUp = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableEnded) hungUp.resolve();
    });
    void answer(request, response, received, scripts);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.1:${port}`, received, scripts, hungUp: hungUp.promise, close };
}

async function answer(request: IncomingMessage, response: ServerResponse, received: Received[], scripts: Script[]) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>;
  received.push({ path: request.url ?? '', headers: request.headers, body });
  await play(scripts.shift() ?? { status: 500, chunks: ['{"error":{"message":"no script is left"}}'] }, response);
}

async function play(script: Script, response: ServerResponse): Promise<void> {
  if (script.delayMs) await pause(script.delayMs);
  const type = (script.status ?? 200) < 400 ? 'text/event-stream' : 'application/json';
  response.writeHead(script.status ?? 200, { 'content-type': type, ...script.headers });
  response.flushHeaders();
  for (const chunk of script.chunks ?? []) {
    await new Promise<void>((resolve) => {
      response.write(chunk, () => resolve());
    });
    await pause(1);
  }
  if (script.end === 'cut') response.destroy();
  else if (script.end !== 'never') response.end();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
