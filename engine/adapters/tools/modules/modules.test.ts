import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorkspaceFiles } from '../../files/index.ts';
import { wordsOf } from './error-words.ts';
import { answerIn } from './messages.ts';
import { ModuleTools } from './module-tools.ts';
import { Places } from './places.ts';
import { whyNoJson } from './plain-json.ts';

test('nothing is run without trust, whoever started the run', async () => {
  const [input, module] = [{ type: 'object' }, { file: 'a.ts', hash: '' }];
  const descriptor = { name: 'a', description: '', input, effect: 'none', asks: 'never', module } as const;
  const around = { workspace: '/nowhere', env: {} };
  const tool = new ModuleTools('/nowhere/host.ts').tool(descriptor, around, () => undefined);
  const context = { runId: 'run', call: 'a/call#1', files: createWorkspaceFiles('/nowhere') };
  const { signal } = new AbortController();
  expect(await tool.call({}, { ...context, signal, trusted: false })).toMatchObject({ error: { code: 'not_trusted' } });
  expect(await tool.call({}, { ...context, signal, trusted: true })).toMatchObject({
    error: { code: 'file_not_found' },
  });
});

describe('the words of an error', () => {
  const inside = join(process.cwd(), 'tools', 'shop.ts');
  test.each([
    [`at price_of (file://${inside}:3:9)\n at main (/elsewhere/x.js:1:1)`, 'Error here (tools/shop.ts:3)'],
    [`at load (node:internal/modules/esm/get_format:218:9)\n at f (${inside}:7:1)`, 'Error here (tools/shop.ts:7)'],
    [`at f (${join(process.cwd(), 'node_modules/a/b.js')}:1:1)`, 'Error here'],
    ['', 'Error here'],
  ])('name the first place in the workspace: %s', (stack, words) => {
    expect(wordsOf(Object.assign(new Error('Error here'), { stack }))).toBe(words);
  });

  test('are whatever was thrown', () => {
    expect(wordsOf('plain')).toBe('plain');
    expect(wordsOf(Object.create(null))).toBe('it threw what can not be read');
    expect(wordsOf('x'.repeat(1e6)).length).toBeLessThan(2100);
    expect(wordsOf(new RangeError('too far')).startsWith('RangeError: too far')).toBe(true);
  });
});

test('what the code of a module writes into the pipe is no answer unless it is a whole one', () => {
  const lines = ['', '7', '{', '{"type":"exports"}', '{"type":"result","output":{}}', '{"type":"failed","error":{}}'];
  const failed = { type: 'failed', error: { code: 'made_up', message: 'x' } };
  expect([...lines, JSON.stringify(failed)].map(answerIn)).toEqual(Array.from({ length: 7 }, () => undefined));
  expect(answerIn('{"type":"result","output":"1"}')).toEqual({ type: 'result', output: '1' });
});

describe('what is no JSON', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = { again: cycle };
  test.each([
    [new Date(0), 'result is a Date'],
    [{ a: [1, { b: new Map() }] }, 'result.a[1].b is a Map'],
    [{ act: () => 1 }, 'result.act is a function'],
    [[1, undefined], 'result[1] is an undefined'],
    [{ sum: Number.NaN }, 'result.sum is NaN'],
    [10n, 'result is a bigint'],
    [cycle, 'result.self.again holds itself'],
    [new (class Order {})(), 'result is an Order'],
    [Object.create(Object.create(null)), 'result is an object of a class'],
  ])('is named with its place', (value, why) => expect(whyNoJson(value)).toBe(why));

  test('does not include plain values, however often one stands in them', () => {
    const shared = { a: 1 };
    const bare: unknown = Object.assign(Object.create(null), { b: [shared, shared], c: undefined });
    for (const value of [null, '', 0, false, [], {}, bare]) expect(whyNoJson(value)).toBeUndefined();
  });
});

describe('places', () => {
  const never = new AbortController().signal;

  test('are handed on in order, and an abort leaves the line', async () => {
    const places = new Places(1);
    const first = await places.enter(never);
    const abort = new AbortController();
    const order: string[] = [];
    const enter = async (name: string, signal: AbortSignal) => {
      const leave = await places.enter(signal);
      order.push(leave ? name : `${name} gave up`);
      return leave;
    };
    const waiting = [enter('b', never), enter('c', abort.signal), enter('d', never)];
    abort.abort();
    await waiting[1];
    first?.();
    (await waiting[0])?.();
    (await waiting[2])?.();
    expect(order).toEqual(['c gave up', 'b', 'd']);
    expect(await places.enter(never)).toBeTypeOf('function');
  });
});
