import { expect, test } from 'vitest';
import type { CallRequest, Fact, ModelRequest, RunEvent, RunStarted } from '../../run/index.ts';
import { checkWorkflow } from '../../workflow/index.ts';
import { MockCalls } from './mock-calls.ts';

const text = (model: string): string => `segue: "1"
name: mocked
agents:
  writer: { model: ${model}, instructions: You write. }
mock:
  - { agent: writer, nth: 1, reply: first }
  - { agent: writer, nth: 2, reply: second }
  - { task: "all[]", when: 'prompt.contains("special")', reply: special }
  - { tool: calculator, when: 'input.expression == "1"', reply: { result: 1 } }
  - { agent: writer, reply: later }
tasks:
  all:
    type: for_each
    items: [1, 2, 3]
    do: { agent: writer, with: { prompt: "Say \${{ item }}" } }
`;

function mocks(model = 'mock/m', started: Partial<RunStarted> = {}): MockCalls {
  const { workflow, diagnostics } = checkWorkflow({ file: 'a.segue.yaml', text: text(model) });
  expect(diagnostics.filter((found) => found.severity === 'error')).toEqual([]);
  return new MockCalls(workflow, { mock: false, ...started } as RunStarted);
}

function event(fact: Fact): RunEvent {
  return { ...fact, seq: 1, at: 1 };
}

function started(path: string, prompt: string): RunEvent {
  const request: CallRequest = {
    kind: 'model',
    model: 'mock/m',
    messages: [{ role: 'user', content: prompt }],
    tools: [],
    parameters: {},
  };
  const task = path.split('/')[0] ?? '';
  return event({ type: 'call-started', path, task, attempt: 1, request, requestHash: '', effect: 'none' });
}

function ended(path: string, status: 'lost' | 'cancelled'): RunEvent {
  return event({ type: 'call-ended', path, task: path.split('/')[0] ?? '', outcome: { status } });
}

/** Begins a call and asks for its answer, as the engine does. */
function call(of: MockCalls, path: string, prompt = 'Say it'): unknown {
  of.absorb(started(path, prompt));
  const request = { messages: [{ role: 'user', content: prompt }] } as unknown as ModelRequest;
  return of.answerToModel(path, path.split('/')[0] ?? '', undefined, request)?.reply;
}

test('nth counts the calls of the record', () => {
  const run = mocks();
  expect([1, 2, 3].map((item) => call(run, `all[${item}]/turn[1]#1`))).toEqual(['first', 'second', 'later']);
});

test('a call that was lost is answered like the one it repeats', () => {
  const run = mocks();
  expect(call(run, 'all[0]/turn[1]#1')).toBe('first');
  run.absorb(ended('all[0]/turn[1]#1', 'lost'));
  expect(call(run, 'all[0]/turn[1]#2')).toBe('first');
  expect(call(run, 'all[1]/turn[1]#1')).toBe('second');
});

test('a run that goes on from its record answers as if nothing had been', () => {
  const before = mocks();
  const record = [started('all[0]/turn[1]#1', 'a'), started('all[1]/turn[1]#1', 'b')];
  for (const one of record) before.absorb(one);
  const after = mocks();
  for (const one of record) after.absorb(one);
  expect(call(after, 'all[2]/turn[1]#1')).toBe(call(before, 'all[2]/turn[1]#1'));
});

test('`when` sees the prompt, and the input of a tool', () => {
  const run = mocks();
  call(run, 'all[0]/turn[1]#1');
  call(run, 'all[1]/turn[1]#1');
  expect(call(run, 'all[2]/turn[1]#1', 'a special one')).toBe('special');
  const tool = { path: 'all[2]/turn[1]/tool[1]#1', task: 'all[2]', tool: 'calculator' };
  const asked = (expression: string) =>
    run.answerToTool({ kind: 'tool', attempt: 1, effect: 'none', ...tool, input: { expression } })?.reply;
  expect(asked('1')).toEqual({ result: 1 });
  expect(asked('2')).toBeUndefined();
});

test('a file that names a real model means its tools, unless the run is on mock models', () => {
  const tool = { kind: 'tool', path: 'x/call#1', task: 'x', tool: 'calculator', attempt: 1, effect: 'none' } as const;
  const input = { expression: '1' };
  expect(mocks('openai/gpt-5-mini').answerToTool({ ...tool, input })).toBeUndefined();
  expect(mocks('openai/gpt-5-mini', { mock: true }).answerToTool({ ...tool, input })).toBeDefined();
});
