import { expect, test } from 'vitest';
import { guard } from './guard.ts';

test('a fault is logged with its stack, and the answer is the empty one', () => {
  const log: string[] = [];
  const safely = guard((message) => log.push(message));
  const broken = (): number => {
    throw new TypeError('no such thing');
  };
  expect(safely('hover', 0, broken)).toBe(0);
  expect(safely('hover', 0, () => 7)).toBe(7);
  expect(log).toHaveLength(1);
  expect(log[0]).toMatch(/^hover failed: TypeError: no such thing\n +at /);
});
