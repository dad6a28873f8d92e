import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenMemory } from './token-memory.ts';

const numbers = fc.array(fc.nat({ max: 3 }), { maxLength: 20 });

test('what has changed, applied to what was there, gives what is there', () => {
  fc.assert(
    fc.property(numbers, numbers, (before, after) => {
      const memory = new TokenMemory();
      const { resultId = '' } = memory.whole('file:///a', before);
      const answer = memory.since('file:///a', resultId, after);
      if (!('edits' in answer)) throw new Error('no edits');
      expect(answer.edits.length).toBeLessThanOrEqual(1);
      const client = [...before];
      for (const { start, deleteCount, data = [] } of answer.edits) client.splice(start, deleteCount, ...data);
      expect(client).toEqual(after);
    }),
  );
});

test('a client that speaks of other tokens is told all', () => {
  const memory = new TokenMemory();
  const first = memory.whole('file:///a', [1]);
  memory.whole('file:///a', [2]);
  expect(memory.since('file:///a', first.resultId ?? '', [3])).toMatchObject({ data: [3] });
  expect(memory.since('file:///b', '1', [4])).toMatchObject({ data: [4] });
});
