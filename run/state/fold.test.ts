import { expect, test } from 'vitest';
import type { Fact, RunEvent } from '../events/events.ts';
import { costRows } from '../views/cost.ts';
import { treeOf } from '../views/tree.ts';
import { foldAll } from './fold.ts';
import { openQuestions, runStatus } from './state.ts';

const actor = { kind: 'person', via: 'terminal' } as const;
const range = { file: 'a.segue.yaml', startLine: 0, startColumn: 0, endLine: 1, endColumn: 0 };

function record(...facts: Fact[]): RunEvent[] {
  return facts.map((fact, index) => ({ ...fact, seq: index + 1, at: 1000 + index }));
}

const started: Extract<Fact, { type: 'run-started' }> = {
  type: 'run-started',
  actor,
  semantics: 1,
  plan: {
    name: 'a',
    file: 'a.segue.yaml',
    inputs: {},
    tasks: [
      {
        path: 'each',
        label: 'each',
        type: 'for_each',
        range,
        needs: [],
        children: [{ path: 'each[]', label: 'agent', type: 'agent', range, agent: 'writer', needs: [], children: [] }],
      },
      { path: 'ask', label: 'ask', type: 'human', range, needs: ['each'], children: [] },
    ],
  },
  sources: {},
  workspace: '/w',
  inputs: {},
  env: {},
  mock: false,
  interactive: true,
  trusted: true,
  tools: [],
  prices: {},
};

const oneItem: Fact[] = [
  { type: 'task-started', path: 'each', staticPath: 'each', round: 1, input: ['x'] },
  { type: 'task-started', path: 'each[0]', staticPath: 'each[]', round: 1, item: { index: 0, value: 'x' } },
  {
    type: 'call-started',
    path: 'each[0]/turn[1]#1',
    task: 'each[0]',
    attempt: 1,
    effect: 'repeatable',
    requestHash: 'h',
    request: { kind: 'model', model: 'mock/a', messages: [], tools: [], parameters: {} },
  },
];

const answered: Fact = {
  type: 'call-ended',
  path: 'each[0]/turn[1]#1',
  task: 'each[0]',
  outcome: { status: 'completed', reply: { text: 'hi', toolCalls: [], finishReason: 'stop' } },
  spent: { usage: { inputTokens: 3, outputTokens: 4 }, costNanoUsd: null },
};

test('the tree shows what is to come, and elements as they begin', () => {
  const before = treeOf(foldAll('r', record(started)));
  expect(before.map((node) => [node.path, node.status])).toEqual([
    ['each', 'pending'],
    ['ask', 'pending'],
  ]);
  const [each] = treeOf(foldAll('r', record(started, ...oneItem)));
  expect(each?.children.map((node) => [node.path, node.kind, node.label])).toEqual([['each[0]', 'item', '[0] x']]);
  expect(each?.children[0]?.children.map((node) => [node.path, node.status])).toEqual([
    ['each[0]/turn[1]#1', 'running'],
  ]);
});

test('rounds of a loop are called by their numbers', () => {
  const body = { path: 'loop[]', label: 'set', type: 'set', range, needs: [], children: [] };
  const loop = { path: 'loop', label: 'loop', type: 'loop', range, needs: [], children: [body] };
  const begun: Fact[] = [
    { ...started, plan: { ...started.plan, tasks: [loop] } },
    { type: 'task-started', path: 'loop', staticPath: 'loop', round: 1 },
    ...Array.from({ length: 10 }, (_, index): Fact[] => [
      { type: 'task-started', path: `loop[${index + 1}]`, staticPath: 'loop[]', round: 1 },
      { type: 'task-ended', path: `loop[${index + 1}]`, staticPath: 'loop[]', round: 1, status: 'completed' },
    ]).flat(),
  ];
  const [node] = treeOf(foldAll('r', record(...begun)));
  expect(node?.children.map(({ kind, label }) => `${kind} ${label}`).slice(8)).toEqual([
    'item round 9',
    'item round 10',
  ]);
});

test('an unknown price is unknown in every sum', () => {
  const state = foldAll('r', record(started, ...oneItem, answered));
  expect(state.totals).toMatchObject({ inputTokens: 3, outputTokens: 4, costNanoUsd: 0, costKnown: false });
  expect(treeOf(state)[0]?.totals.costKnown).toBe(false);
  expect(costRows(state, 'agent')).toMatchObject([{ name: 'writer', calls: 1 }]);
});

test('a run waits when only a person can move it', () => {
  const asked: Fact = {
    type: 'question-asked',
    id: 'ask:question',
    task: 'ask',
    question: { kind: 'options', message: 'Go?', options: ['yes'] },
  };
  const begun: Fact = { type: 'task-started', path: 'ask', staticPath: 'ask', round: 1 };
  const waiting = foldAll('r', record(started, ...oneItem, answered, begun, asked));
  expect(runStatus(waiting)).toBe('waiting');
  expect(openQuestions(waiting)).toHaveLength(1);
  expect(waiting.tasks.get('ask')?.status).toBe('waiting');
  const answer: Fact = { type: 'question-answered', id: 'ask:question', task: 'ask', answer: 'yes', actor };
  const after = foldAll('r', record(started, ...oneItem, answered, begun, asked, answer));
  expect(openQuestions(after)).toEqual([]);
  expect(runStatus(after)).toBe('running');
});

test('an event heard twice changes nothing', () => {
  const events = record(started, ...oneItem, answered);
  expect(foldAll('r', [...events, ...events])).toEqual(foldAll('r', events));
});

test('a task that ends without having begun again keeps nothing of the round before', () => {
  const task = { path: 'ask', staticPath: 'ask' };
  const error = { code: 'network', message: 'Gone.', retryable: true };
  const run = foldAll(
    'r',
    record(
      started,
      { type: 'task-started', ...task, round: 1 },
      { type: 'task-ended', ...task, round: 1, status: 'failed', error },
      { type: 'run-ended', status: 'failed', error },
      { type: 'run-resumed', actor, interactive: true },
      { type: 'task-ended', ...task, round: 2, status: 'cancelled' },
    ),
  );
  expect(run.tasks.get('ask')).toEqual({ ...task, round: 2, status: 'cancelled', endedAt: run.updatedAt, calls: [] });
});
