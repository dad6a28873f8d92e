import { describe, expect, test } from 'vitest';
import { classifyTokens } from './index.ts';

describe('classifyTokens', () => {
  /** Each token with its role, punctuation left out. */
  function roles(source: string): string {
    return classifyTokens(source)
      .filter(({ role }) => role !== 'punctuation')
      .map(({ role, start, end }) => `${source.slice(start, end)} ${role}`)
      .join(', ');
  }

  test.each([
    ['tasks.gather.output', 'tasks namespace, gather property, output property'],
    ['size(item) > 2', 'size function, item variable, > operator, 2 number'],
    ['xs.map(x, x.y + y)', 'xs variable, map macro, x binding, x bound-variable, y property, + operator, y variable'],
    ['xs.map(x, x) + x', 'xs variable, map macro, x binding, x bound-variable, + operator, x variable'],
    [
      "has(a.?b) && 'in' in ['a']",
      "has macro, a variable, ? operator, b property, && operator, 'in' string, in keyword, 'a' string",
    ],
    [
      'true ? null : int(x) // why',
      'true constant, ? operator, null constant, : operator, int function, x variable, // why comment',
    ],
    ['tasks.map.output', 'tasks namespace, map property, output property'],
    ["xs.map(x, x == 'un", "xs variable, map macro, x binding, x bound-variable, == operator, 'un string"],
    [')) 😀 x', 'x variable'],
  ])('%s', (source, expected) => {
    expect(roles(source)).toBe(expected);
  });
});
