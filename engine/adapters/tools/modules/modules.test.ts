import { describe, expect, test } from 'vitest';
import { Places } from './places.ts';
import { whyNoJson } from './plain-json.ts';

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
