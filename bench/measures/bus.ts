/**
 * `bus --folder DIR --dist DIR`: messages between agents, all of them recorded. Model calls are answered at once, everything
 * else is the product's.
 *
 * - Full load: four runs at once, each with 200 tasks that send 100 messages. Half of them are for somebody who reads them;
 *   the others are for an agent that never does, so its queue is full and each one throws away an older one.
 * - 1,000 messages a second, in ten rounds, five in each turn of a sender: the time from the answer of its model to the
 *   moment when a reader has the message (the answer of `read_messages` is recorded and published). One of the five is for
 *   the agent that never reads.
 *   Between them, at the same pace and in the same record, commits of one event; a busy minute falls on both.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunPorts, startRun } from '../../engine/core/index.ts';
import type { Call, CallResult } from '../../engine/ports/index.ts';
import type { RunEvent, ToolCall } from '../../run/index.ts';
import { runStarted, taskEnded } from '../../test/contracts/facts.ts';
import { report, timeMs } from './child.ts';
import { openRecord } from './record.ts';
import { answer, portsWith, prepareRun } from './run-once.ts';

const load = { runs: 4, tasks: 200, messages: 100 };
const paced = { rounds: 10, senders: 10, turns: 20, messages: 5, perSecond: 1_000 };
const perRound = paced.senders * paced.turns * paced.messages;
const everyMs = 1_000 / paced.perSecond;

const storage = await openRecord();
let lastRun = 0;
try {
  await fullLoad();
  const tookMs = await fullLoad();
  const [commits, deliveries]: [number[], number[]] = [[], []];
  for (let round = 0; round < paced.rounds; round += 1) {
    commits.push(...(await pacedCommits()));
    deliveries.push(...(await pacedMessages()));
  }
  report({
    messagesPerS: (load.runs * load.tasks * load.messages * 1000) / tookMs,
    commitP99Ms: p99(commits),
    deliveryP99Ms: p99(deliveries),
    deliveryRatio: p99(deliveries) / p99(commits),
  });
} finally {
  await storage.close();
}

/** The time until the last message is recorded, in milliseconds: then its readers still wait for another one. */
async function fullLoad(): Promise<number> {
  const calls = Array.from({ length: load.messages }, (_, index) =>
    sends(index, index % 2 === 0 ? { to: 'idle' } : { topic: 'news' }),
  );
  const send = async (_: unknown, call: Call) => (turnOf(call) === 1 ? replyWith(calls) : answer);
  const begun = performance.now();
  let last = begun;
  const hear = (event: RunEvent): void => {
    if (event.type === 'call-answered' && event.message) last = performance.now();
  };
  const text = textWith(load.tasks, { max_parallel: 8 });
  await Promise.all(Array.from({ length: load.runs }, () => run(text, { run: send }, hear)));
  return last - begun;
}

/** The times until somebody has read a message, in milliseconds. */
async function pacedMessages(): Promise<readonly number[]> {
  const sentAt = new Map<string, number>();
  const sent = new Map<number, number>();
  const delays: number[] = [];
  const calls = Array.from({ length: paced.messages }, (_, index) =>
    sends(index, index === 0 ? { to: 'idle' } : { topic: 'news' }),
  );
  const begun = performance.now();
  let next = 0;
  const send: RunPorts['calls']['run'] = async (_, call) => {
    if (turnOf(call) > paced.turns) return answer;
    next += 1;
    // A while to begin with: the first calls of all senders leave at once.
    await until(begun + 200 + next * paced.messages * everyMs);
    sentAt.set(call.path, performance.now());
    return replyWith(calls);
  };
  await run(textWith(paced.senders, {}), { run: send }, (event) => {
    if (event.type !== 'call-answered') return;
    const at = sentAt.get(event.path.replace(/\/tool\[\d+\]#1$/, '#1'));
    if (event.message && at !== undefined) sent.set(event.message.number, at);
    for (const number of event.taken ?? []) delays.push(performance.now() - (sent.get(number) ?? Number.NaN));
  });
  const wanted = perRound - perRound / paced.messages;
  if (delays.length !== wanted) throw new Error(`${delays.length} messages were read, not ${wanted}`);
  return delays;
}

/** The times that commits of one event take, in milliseconds. */
async function pacedCommits(): Promise<readonly number[]> {
  const runId = `commits-${++lastRun}`;
  const begun = performance.now();
  const took: Promise<number>[] = [];
  for (let seq = 1; seq <= perRound; seq += 1) {
    await until(begun + seq * everyMs);
    const event: RunEvent = { ...(seq === 1 ? runStarted() : taskEnded(`task${seq}`)), seq, at: seq };
    took.push(timeMs(() => storage.append(runId, seq, [event])));
  }
  return Promise.all(took);
}

/** Tasks that send, and a task that reads a topic until there is nothing new for a second. */
function textWith(senders: number, more: object): string {
  const read = { tool: 'read_messages', with: { topic: 'news', max: 100, wait: '1s' } };
  const again = { type: 'loop', max_iterations: 1_000, on_exhausted: 'continue', until: 'size(output.messages) == 0' };
  const body = { agent: 'sender', with: { prompt: 'Send.' } };
  return JSON.stringify({
    segue: '1',
    name: 'bus',
    agents: {
      sender: { model: 'mock/fast', tools: ['send_message'], max_iterations: 100 },
      idle: { model: 'mock/fast' },
    },
    tasks: {
      senders: { type: 'for_each', items: `\${{ range(${senders}) }}`, ...more, do: body },
      reader: { ...again, do: { ...again, do: read } },
    },
  });
}

async function run(
  text: string,
  calls: RunPorts['calls'],
  hear: (event: RunEvent) => void = () => undefined,
): Promise<void> {
  const { workflow, started } = prepareRun(text);
  const ports: RunPorts = {
    ...portsWith(storage, calls),
    publish: (message) => {
      if (message.type === 'event') hear(message.event);
    },
  };
  const live = await startRun({ runId: `bus-${++lastRun}`, workflow, started }, ports);
  const end = await live.ended;
  if (!('status' in end) || end.status !== 'completed') throw new Error(`A run ended badly: ${JSON.stringify(end)}`);
}

function sends(index: number, place: object): ToolCall {
  const text = 'The tide turns at noon; bring the boats in.';
  return { id: `c${index}`, name: 'send_message', arguments: { ...place, text } };
}

function replyWith(toolCalls: readonly ToolCall[]): CallResult {
  return { ...answer, outcome: { status: 'completed', reply: { text: '', toolCalls, finishReason: 'tool_calls' } } };
}

function turnOf({ path }: Call): number {
  return Number(/turn\[(\d+)\]#/.exec(path)?.[1] ?? 0);
}

/** Waits for a moment; who is late does not wait. */
async function until(ms: number): Promise<void> {
  const left = ms - performance.now();
  if (left > 0) await sleep(left);
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;
}
