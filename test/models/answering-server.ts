// A server that speaks both wire formats and answers each call of a run as it was answered before: so a run over HTTP can
// be compared with the same run on mock models. The record says which call is under way before its request leaves.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ModelReply, RunEvent } from '../../run/index.ts';
import { chat, messages } from '../servers/wire.ts';

type Started = Extract<RunEvent, { type: 'call-started' }>;

/** The server, at a port of its own on 127.0.0.1. */
export interface AnsweringServer {
  readonly origin: string;
  /** Hears what the run records. */
  readonly hear: (event: RunEvent) => void;
  /** The path of the API of each request, in the order in which they came. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** The replies of the model calls of a run, by the paths of the calls. */
export function repliesOf(events: readonly RunEvent[]): ReadonlyMap<string, ModelReply> {
  return new Map(
    events.flatMap((event) =>
      event.type === 'call-ended' && event.outcome.status === 'completed' && 'reply' in event.outcome
        ? [[event.path, event.outcome.reply] as const]
        : [],
    ),
  );
}

/** Starts a server. The caller closes it. */
export async function startAnsweringServer(replies: ReadonlyMap<string, ModelReply>): Promise<AnsweringServer> {
  const open: Started[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    void respond(request, response, open, replies);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    hear: (event) => {
      if (event.type === 'call-started' && event.request.kind === 'model') open.push(event);
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  open: Started[],
  replies: ReadonlyMap<string, ModelReply>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString()) as Body;
  const call = await callOf(body, open);
  const reply = call && replies.get(call.path);
  if (!reply) {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ error: { message: `nobody was asked this before: ${call?.path ?? lastText(body)}` } }),
    );
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const written = request.url?.startsWith('/v1/chat') ? asChat(reply) : asMessages(reply, body);
  response.end(written.join(''));
}

interface Body {
  readonly messages: readonly { readonly content?: unknown }[];
  readonly tools?: readonly { readonly name?: string }[];
}

/** The call that asks this: the first that is open and whose last message it is. What is recorded is heard a little later. */
async function callOf(body: Body, open: Started[]): Promise<Started | undefined> {
  const text = lastText(body);
  for (let tries = 0; tries < 200; tries += 1) {
    const index = open.findIndex(
      ({ request }) => request.kind === 'model' && request.messages.at(-1)?.content.trim() === text.trim(),
    );
    if (index >= 0) return open.splice(index, 1)[0];
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  return undefined;
}

/** The last text in the last message, whatever it is wrapped in. */
function lastText({ messages: all }: Body): string {
  const texts: string[] = [];
  const look = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (Array.isArray(value)) value.forEach(look);
    else if (typeof value === 'object' && value !== null) {
      look(Reflect.get(value, 'text'));
      look(Reflect.get(value, 'content'));
    }
  };
  look(all.at(-1)?.content);
  return texts.at(-1) ?? '';
}

function asChat({ text, toolCalls }: ModelReply): readonly string[] {
  const calls = toolCalls.map(({ id, name, arguments: given }, index) => ({
    index,
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(given) },
  }));
  return [
    chat.text(text),
    ...(calls.length > 0 ? [chat.delta({ tool_calls: calls })] : []),
    chat.finish(calls.length > 0 ? 'tool_calls' : 'stop'),
    chat.usage(10, 5),
    chat.done,
  ];
}

/** A model without structured output gives its answer through a tool. */
function asMessages({ text, toolCalls }: ModelReply, { tools = [] }: Body): readonly string[] {
  const answerTool = tools.find(({ name }) => name === 'final_answer');
  const calls =
    answerTool && toolCalls.length === 0
      ? [{ id: 'final', name: 'final_answer', json: text }]
      : toolCalls.map(({ id, name, arguments: given }) => ({ id, name, json: JSON.stringify(given) }));
  const isSaid = text !== '' && !(answerTool && toolCalls.length === 0);
  const first = isSaid ? 1 : 0;
  return [
    messages.start(),
    ...(isSaid ? [messages.textBlock(), messages.text(text), messages.blockStop()] : []),
    ...calls.flatMap(({ id, name, json }, index) => [
      messages.toolBlock(id, name, index + first),
      messages.json(json, index + first),
      messages.blockStop(index + first),
    ]),
    messages.finish(calls.length > 0 ? 'tool_use' : 'end_turn'),
    messages.stop(),
  ];
}
