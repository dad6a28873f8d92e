import { expect, test } from 'vitest';
import { type Fact, foldAll, type RunEvent } from '../../run/index.ts';
import { costLines, outputLines, statusLine } from './report.ts';
import { harmless, plainPainter } from './style.ts';
import { treeLines } from './tree-lines.ts';

const actor = { kind: 'person', via: 'terminal' } as const;
const range = { file: 'a.segue.yaml', startLine: 0, startColumn: 0, endLine: 1, endColumn: 0 };
const plan = {
  name: 'a',
  file: 'a.segue.yaml',
  inputs: {},
  tasks: [
    { path: 'draft', label: 'draft', type: 'agent', range, agent: 'writer', model: 'mock/a', needs: [], children: [] },
    { path: 'later', label: 'later', type: 'set', range, needs: ['draft'], children: [] },
  ],
};
const facts: Fact[] = [
  {
    type: 'run-started',
    actor,
    semantics: 1,
    plan,
    sources: {},
    workspace: '/w',
    inputs: {},
    env: {},
    mock: false,
    interactive: true,
    trusted: true,
    tools: [],
    prices: {},
  },
  { type: 'task-started', path: 'draft', staticPath: 'draft', round: 1 },
  {
    type: 'call-started',
    path: 'draft/turn[1]#1',
    task: 'draft',
    attempt: 1,
    effect: 'repeatable',
    requestHash: 'h',
    request: { kind: 'model', model: 'mock/a', messages: [], tools: [], parameters: {} },
  },
];
const ends: Fact[] = [
  {
    type: 'call-ended',
    path: 'draft/turn[1]#1',
    task: 'draft',
    outcome: { status: 'completed', reply: { text: 'hi', toolCalls: [], finishReason: 'stop' } },
    spent: { usage: { inputTokens: 1000, outputTokens: 200 }, costNanoUsd: 3_100_000 },
  },
  { type: 'task-ended', path: 'draft', staticPath: 'draft', round: 1, status: 'completed', output: 'hi' },
  { type: 'run-ended', status: 'completed', outputs: { text: 'hi \u001b[31mred' } },
];

function stateAfter(...recorded: Fact[]) {
  const events: RunEvent[] = recorded.map((fact, index) => ({ ...fact, seq: index + 1, at: 1000 * (index + 1) }));
  return foldAll('0192-1a2b3c4d', events);
}

const look = { painter: plainPainter, now: 5000, width: 60, frame: 0, calls: false };

test('a running tree shows what is to come and what streams', () => {
  const lines = treeLines(stateAfter(...facts), { ...look, streaming: new Map([['draft/turn[1]#1', 'hello wor']]) });
  expect(lines[0]).toMatch(/^◐ draft {2}writer +3\.0 s$/);
  expect(lines.slice(1)).toEqual(['  hello wor', '○ later  set']);
});

test('an ended tree shows tokens, cost and time; no line is wider than the screen', () => {
  const lines = treeLines(stateAfter(...facts, ...ends), { ...look, calls: true });
  expect(lines[0]).toMatch(/^✓ draft {2}writer +1\.2k tok · \$0\.0031 · 3\.0 s$/);
  expect(lines[1]).toMatch(/turn\[1\]#1 {2}mock\/a/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(look.width);
});

test('the report names outputs, costs and the run', () => {
  const state = stateAfter(...facts, ...ends);
  expect(outputLines(state, plainPainter, false)).toEqual(['', 'text', 'hi red']);
  expect(costLines(state, plainPainter).map((line) => line.replace(/ +/g, ' '))).toEqual([
    '',
    'model calls in out cost',
    'mock/a 1 1.0k 200 $0.0031',
    'total 1 1.0k 200 $0.0031',
  ]);
  expect(statusLine(state, plainPainter, 9000)).toBe('✓ completed  a  5.0 s  run 1a2b3c4d');
});

test('text of a model can not steer the terminal', () => {
  expect(harmless('a\u001b]0;title\u0007b\u001b[2Jc\u202ed')).toBe('abcd');
});

test('a task says which model answered if it was not the first of its agent', () => {
  const [started, begun, asked] = facts;
  if (asked?.type !== 'call-started' || asked.request.kind !== 'model' || !started || !begun) throw new Error('facts');
  const request = { ...asked.request, model: 'mock/b' };
  const look = { painter: plainPainter, now: 9000, width: 60, frame: 0, calls: false };
  expect(treeLines(stateAfter(started, begun, { ...asked, request }, ...ends), look)[0]).toContain('writer on mock/b');
  expect(treeLines(stateAfter(...facts, ...ends), look)[0]).not.toContain(' on ');
});
