import { describe, expect, it } from 'vitest';
import { questionSeed } from './question-seed.ts';

const seeds = 1000;
const perTest = 100;

describe('simulated runs', () => {
  it.each(Array.from({ length: seeds / perTest }, (_, part) => 1 + part * perTest))(
    'hold what they promise, from seed %i',
    async (from) => {
      for (let seed = from; seed < from + perTest; seed += 1) {
        const { problems, fault } = await questionSeed(seed, 'some');
        const again = `node test/simulation/main.ts --from ${seed} --seeds 1`;
        expect(problems, `seed ${seed}, ${fault}; again: ${again}`).toEqual([]);
      }
    },
    60_000,
  );
});
