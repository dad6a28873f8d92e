import { describe, expect, it, test } from 'vitest';
import { type Decomposition, decompositionOf, problemOf } from './decomposition.ts';

function dividedInto(needs: { readonly [id: string]: readonly string[] }): Decomposition {
  const subtasks = Object.entries(needs).map(([id, needed]) => ({ id, instructions: 'Go.', needs: needed }));
  return { done: false, subtasks };
}

describe('a decomposition', () => {
  test.each<readonly [string, Decomposition, string | undefined]>([
    ['side by side', dividedInto({ a: [], b: [] }), undefined],
    ['one after the other, in any order', dividedInto({ c: ['b'], b: ['a'], a: [] }), undefined],
    ['on what an earlier round gave', dividedInto({ b: ['old'] }), undefined],
    ['done', { done: true, subtasks: [] }, undefined],
    ['done, whatever stands beside it', { ...dividedInto({ a: ['a'] }), done: true }, undefined],
    ['nothing to do', dividedInto({}), 'There are no subtasks, and yet `done` is false.'],
    ['too many', dividedInto({ a: [], b: [], c: [], d: [] }), 'There are 4 subtasks, and one round may have 3.'],
    ['itself', dividedInto({ a: ['a'] }), 'These subtasks wait for each other: `a`.'],
    ['a circle, and one behind it', dividedInto({ a: ['b'], b: ['a'], c: ['a'] }), undefined],
  ])('%s', (name, decomposition, problem) => {
    const found = problemOf(decomposition, 3, ['old']);
    if (name.startsWith('a circle')) expect(found).toMatch(/^These subtasks wait for each other: `a`, `b`/);
    else expect(found).toBe(problem);
  });

  it('says what is needed and not there, and which id is given twice', () => {
    expect(problemOf(dividedInto({ a: ['z'] }), 3, ['old'])).toMatch(/^`a` needs `z`/);
    const [one] = dividedInto({ a: [] }).subtasks;
    expect(problemOf({ done: false, subtasks: one ? [one, one] : [] }, 3, [])).toBe('The id `a` is given twice.');
  });
});

describe('whom a plan names', () => {
  const output = {
    done: false,
    subtasks: [{ id: 'a', instructions: 'Go.', specialist: 'x', capability: 'y', needs: [] }],
  };
  const common = { id: 'a', instructions: 'Go.', needs: [] };

  it('counts only where that is asked for', () => {
    expect(decompositionOf(output, 'model').subtasks).toEqual([{ ...common, specialist: 'x' }]);
    expect(decompositionOf(output, 'capability').subtasks).toEqual([{ ...common, capability: 'y' }]);
    expect(decompositionOf(output, 'least_busy').subtasks).toEqual([common]);
  });
});
