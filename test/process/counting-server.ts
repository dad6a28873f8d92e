// A provider and a booking office in one: answers chat completions in the OpenAI wire format, takes bookings, and
// counts both. What it answers depends on the request alone, so two runs of a workflow give the same outputs.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json, JsonSchema } from '../../run/index.ts';
import type { LogStep } from './log-step.ts';

/** Where in a request something may happen. */
export type Moment = 'arrived' | 'done-unanswered' | 'half-answered' | 'answered';

/** A chat as it is asked for. */
export interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: string | null }[];
  readonly tools: readonly string[];
  /** What the answer must meet. */
  readonly schema?: JsonSchema;
}

export type Answer = string | readonly { readonly name: string; readonly arguments: Json }[];

export interface CountingServer {
  readonly url: string;
  /** Requests by what they ask: the last message of a chat, or the name of a booking. */
  readonly chats: Map<string, number>;
  readonly bookings: Map<string, number>;
  /** `Authorization` headers that came. */
  readonly authorizations: Set<string>;
  /** Called at every moment of every request; where it returns true, the request gets no further until it is released. */
  onMoment: (moment: Moment, what: string) => boolean;
  /** The same for what an engine announces of its log. */
  onLogStep: (step: LogStep) => boolean;
  /** Lets every request go on that was held. */
  releaseHeld: () => void;
  /** What is answered: a text, or calls of tools. */
  replyTo: (prompt: string, asked: Asked) => Answer;
  /** Waits if the request is to be held at this moment. */
  readonly holdAt: (moment: Moment, what: string) => Promise<void>;
  readonly holdAtStep: (step: LogStep) => Promise<void>;
  close(): Promise<void>;
}

/** Starts the server on a free port of the loopback. */
export async function startCountingServer(): Promise<CountingServer> {
  const held: (() => void)[] = [];
  const server = createServer((request, response) => {
    void answer(counting, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const holdIf = async (isHeld: boolean): Promise<void> => {
    if (isHeld) await new Promise<void>((release) => held.push(release));
  };
  const counting: CountingServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    chats: new Map(),
    bookings: new Map(),
    authorizations: new Set(),
    onMoment: () => false,
    onLogStep: () => false,
    releaseHeld: () => {
      for (const release of held.splice(0)) release();
    },
    replyTo: (prompt) => createHash('sha256').update(prompt).digest('hex').slice(0, 12),
    holdAt: (moment, what) => holdIf(counting.onMoment(moment, what)),
    holdAtStep: (step) => holdIf(counting.onLogStep(step)),
    async close() {
      counting.releaseHeld();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return counting;
}

async function answer(counting: CountingServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const piece of request) body += String(piece);
  const [, office, name = ''] = (request.url ?? '').split('/');
  if (office === 'log') {
    await counting.holdAtStep(JSON.parse(body) as LogStep);
    return end(response, '');
  }
  counting.authorizations.add(request.headers.authorization ?? '');
  if (office === 'book') return book(counting, name, response);
  return chat(counting, askedIn(body), response);
}

async function book(counting: CountingServer, name: string, response: ServerResponse): Promise<void> {
  await counting.holdAt('arrived', name);
  count(counting.bookings, name);
  await counting.holdAt('done-unanswered', name);
  await end(response, JSON.stringify({ booked: name }));
  await counting.holdAt('answered', name);
}

function askedIn(body: string): Asked {
  const {
    messages,
    tools,
    response_format: format,
  } = JSON.parse(body) as {
    readonly messages: Asked['messages'];
    readonly tools?: readonly { readonly function: { readonly name: string } }[];
    readonly response_format?: { readonly json_schema: { readonly schema: JsonSchema } };
  };
  const names = (tools ?? []).map((tool) => tool.function.name);
  return { messages, tools: names, ...(format && { schema: format.json_schema.schema }) };
}

async function chat(counting: CountingServer, asked: Asked, response: ServerResponse): Promise<void> {
  const prompt = asked.messages.at(-1)?.content ?? '';
  await counting.holdAt('arrived', prompt);
  count(counting.chats, prompt);
  await counting.holdAt('done-unanswered', prompt);
  const [first, ...others] = chunksOf(counting.replyTo(prompt, asked), asked.messages.length);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  await write(response, first ?? '');
  await counting.holdAt('half-answered', prompt);
  await write(response, others.join('') + usageChunk);
  await end(response, 'data: [DONE]\n\n');
  await counting.holdAt('answered', prompt);
}

/** A reply as it is sent, in pieces. Calls of tools are told apart by how long the conversation was. */
function chunksOf(reply: Answer, talkLength: number): readonly string[] {
  if (typeof reply === 'string') {
    const middle = Math.ceil(reply.length / 2);
    return [chunk({ content: reply.slice(0, middle) }), chunk({ content: reply.slice(middle) }), chunk({}, 'stop')];
  }
  const calls = reply.map(({ name, arguments: input }, index) => {
    const called = { name, arguments: JSON.stringify(input) };
    return chunk({ tool_calls: [{ index, id: `call-${talkLength}-${index}`, type: 'function', function: called }] });
  });
  return [...calls, chunk({}, 'tool_calls')];
}

const common = { id: 'chat-1', object: 'chat.completion.chunk', created: 1, model: 'counting' };
const usageChunk = event({
  ...common,
  choices: [],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
});

function chunk(delta: object, finish: string | null = null): string {
  return event({ ...common, choices: [{ index: 0, delta, finish_reason: finish }] });
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function write(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve) => response.write(text, () => resolve()));
}

function end(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve) => response.end(text, () => resolve()));
}
