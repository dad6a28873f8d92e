// `cache` of an agent's task in the loop: when an earlier reply is looked for, what is recorded of one, what may become one.
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { BreakingLog } from '../../test/simulation/breaking-log.ts';
import { tools } from '../../test/simulation/scenario.ts';
import { VirtualClock } from '../../test/simulation/virtual-clock.ts';
import { failure, type ModelReply, type RunStarted, type ToolDescriptor } from '../../run/index.ts';
import { checkWorkflow, type Workflow } from '../../workflow/index.ts';
import type { CallResult, EarlierReply } from '../ports/index.ts';
import { reopenRun, type RunPorts, startRun } from './index.ts';

const startMs = 1_000_000;
const earlier: EarlierReply = {
  from: { run: 'before', call: 'draft/turn[1]#2', at: startMs - 60_000 },
  reply: { text: 'Hello again.', toolCalls: [], finishReason: 'stop' },
};
const text = `
agents: { writer: { model: openai/a, tools: [calc, fetch] } }
tasks: { draft: { agent: writer, with: { prompt: p }, cache: { max_age: 1h } } }
outputs: { text: "\${{ tasks.draft.output }}" }
`;

/** Runs the workflow to its end, with these replies of the model one after the other. */
async function run(
  replies: readonly Partial<ModelReply>[],
  more: Partial<RunPorts> = {},
  { mock = false, file = text, known = tools } = {},
) {
  const clock = new VirtualClock(startMs);
  const log = new BreakingLog();
  const left = [...replies];
  const asked: (readonly [hash: string, sinceMs: number])[] = [];
  const workflow = workflowOf(file);
  const started: RunStarted = {
    type: 'run-started',
    actor: { kind: 'person', via: 'test' },
    semantics: 1,
    plan: { name: 't', file: 't.segue.yaml', inputs: {}, tasks: [] },
    sources: {},
    workspace: '/',
    inputs: {},
    env: {},
    mock,
    interactive: true,
    trusted: true,
    tools: known,
    prices: {},
  };
  const ports: RunPorts = {
    log,
    clock,
    seal: (value) => value,
    hash: (value) => createHash('sha256').update(value).digest('hex'),
    publish: () => undefined,
    arbiter: { request: () => ({ type: 'grant' }) },
    calls: {
      run: (_run, call): Promise<CallResult> => {
        if (call.kind === 'tool') return Promise.resolve({ outcome: { status: 'completed', output: 1 } });
        const reply: ModelReply = { text: '', toolCalls: [], finishReason: 'stop', ...left.shift() };
        return Promise.resolve({ outcome: { status: 'completed', reply } });
      },
    },
    ...more,
    replies: {
      findReply: (hash, sinceMs) => {
        asked.push([hash, sinceMs]);
        return more.replies?.findReply(hash, sinceMs) ?? Promise.resolve(undefined);
      },
    },
  };
  const live = await startRun({ runId: 'r', workflow, started }, ports);
  await clock.runUntil(() => log.events.at(-1)?.type === 'run-ended');
  await live.detach();
  const ends = log.events.filter((event) => event.type === 'call-ended');
  return { log, ports, workflow, asked, left, reusable: ends.map(({ reusableAs }) => reusableAs !== undefined) };
}

function workflowOf(file: string): Workflow {
  const { workflow, diagnostics } = checkWorkflow({
    file: 't.segue.yaml',
    text: `segue: "1"\nname: t\n${file}`,
    tools,
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return workflow;
}

const hit = { replies: { findReply: () => Promise.resolve(earlier) } };

it('takes an earlier reply that is young enough, before the arbiter is asked, and says whose it is', async () => {
  const arbiter = { request: () => ({ type: 'wait', reason: failure('missing_key', 'no key') }) as const };
  const { log, asked } = await run([], { ...hit, arbiter });
  expect(asked.map(([, sinceMs]) => sinceMs)).toEqual([startMs - 3_600_000]);
  const [started, ended] = log.events.filter(({ type }) => type.startsWith('call-'));
  expect(started).toMatchObject({ type: 'call-started', path: 'draft/turn[1]#1', cached: earlier.from });
  expect(ended).toMatchObject({ outcome: { reply: earlier.reply }, spent: { costNanoUsd: 0 } });
  // It is as old as it was, so it is no source for others.
  expect(ended).not.toHaveProperty('reusableAs');
  expect(log.events.at(-1)).toMatchObject({ status: 'completed', outputs: { text: 'Hello again.' } });
});

it('needs no cache to go on: what was taken is in the record', async () => {
  const { log, ports, workflow } = await run([], hit);
  const whole = [...log.events];
  for (let length = 3; length < whole.length; length += 1) {
    const again = new BreakingLog();
    await again.append('r', 1, whole.slice(0, length));
    const clock = new VirtualClock(startMs + 1000);
    const replies = { findReply: () => Promise.resolve(undefined) };
    const live = await reopenRun(
      { runId: 'r', workflow, events: whole.slice(0, length) },
      { ...ports, log: again, clock, replies },
    );
    await clock.runUntil(() => again.events.at(-1)?.type === 'run-ended');
    await live.detach();
    const calls = again.events.filter(({ type }) => type === 'call-started').length;
    // A record that ends with the beginning of the call has lost its end: then it is made.
    expect([length, calls]).toEqual([length, length === 3 ? 2 : 1]);
  }
});

it('keeps a reply under the hash that the next run asks for', async () => {
  const { log, asked } = await run([{ text: 'Hello.' }]);
  expect(log.events.find(({ type }) => type === 'call-ended')).toMatchObject({ reusableAs: asked[0]?.[0] });
});

it('asks for the same when the code of a tool has changed, and for something else when its schema has', async () => {
  const hashOf = async (more: Partial<ToolDescriptor>) =>
    (await run([], hit, { known: tools.map((tool) => ({ ...tool, ...more })) })).asked[0]?.[0];
  const module = (hash: string): Partial<ToolDescriptor> => ({ module: { file: 'tools.ts', hash } });
  expect(await hashOf(module('a'))).toBe(await hashOf(module('b')));
  expect(await hashOf({ input: { type: 'object', required: ['b'] } })).not.toBe(await hashOf({}));
});

it.each([
  ['an answer', [{ text: 'ok' }], [true]],
  ['a call of a tool without effect', [calls('calc'), { text: 'ok' }], [true, false, true]],
  ['a call of a tool with an effect', [calls('fetch'), { text: 'ok' }], [false, false, true]],
  ['a call of an unknown tool', [calls('nothing'), { text: 'ok' }], [false, true]],
  ['an answer that was cut off', [{ text: 'ok', finishReason: 'length' as const }], [false]],
  ['an answer that was filtered', [{ text: 'ok', finishReason: 'content_filter' as const }], [false]],
])('of %s keeps only what may be said again', async (_, replies, reusable) => {
  expect((await run(replies)).reusable).toEqual(reusable);
});

it('does not keep an answer that the schema refuses, but keeps its repair', async () => {
  const schema = '{ type: object, required: [n], properties: { n: { type: integer } } }';
  const file = text.replace('tools: [calc, fetch]', `output_schema: ${schema}`);
  expect((await run([{ text: '{"n": "many"}' }, { text: '{"n": 4}' }], {}, { file })).reusable).toEqual([false, true]);
});

it.each([
  ['a run on mock models', { mock: true }],
  ['a mock model', { file: text.replace('openai/a', 'mock/a') }],
  ['a task without `cache`', { file: text.replace(', cache: { max_age: 1h }', '') }],
])('%s neither looks for a reply nor keeps one', async (_, settings) => {
  const { asked, reusable } = await run([{ text: 'ok' }], hit, settings);
  expect([asked, reusable]).toEqual([[], [false]]);
});

function calls(name: string): Partial<ModelReply> {
  return { toolCalls: [{ id: 'c', name, arguments: {} }], finishReason: 'tool_calls' };
}
