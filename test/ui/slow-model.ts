// A model that takes its time: answers Chat Completions word by word over about a second, and counts what it is asked.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { chat } from '../servers/wire.ts';

export interface SlowModel {
  /** What `base_url` in the config names. */
  readonly baseUrl: string;
  /** How often each prompt (the last message of a request) came. */
  readonly asked: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export interface Manner {
  /** The text of the answer to a prompt. */
  readonly replyTo: (prompt: string) => string;
  /** From the request to the last word. */
  readonly durationMs: number;
}

/** Starts the server on a free port of the loopback. The caller closes it. */
export async function startSlowModel({ replyTo, durationMs }: Manner): Promise<SlowModel> {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    void readPrompt(request).then((prompt) => {
      asked.set(prompt, (asked.get(prompt) ?? 0) + 1);
      return speak(replyTo(prompt), durationMs, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readPrompt(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  const body = JSON.parse(text) as { messages: { content: string }[] };
  return body.messages.at(-1)?.content ?? '';
}

async function speak(text: string, durationMs: number, response: ServerResponse): Promise<void> {
  const words = text.split(/(?<= )/);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const word of words) {
    await pause(durationMs / words.length);
    response.write(chat.text(word));
  }
  response.end(chat.finish('stop') + chat.usage(180 + text.length, words.length) + chat.done);
}
