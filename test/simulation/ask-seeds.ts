import { describe, expect, it } from 'vitest';
import { type FaultMode, questionSeed } from './question-seed.ts';

const perTest = 100;

/** Tests that ask all questions of many seeds. A failure names its seed and the line that shows it again. */
export function askSeeds(mode: FaultMode, from: number, count: number): void {
  const parts = Array.from({ length: Math.ceil(count / perTest) }, (_, part) => from + part * perTest);
  describe(`simulated runs with faults: ${mode}`, () => {
    it.each(parts)('hold what they promise, from seed %i', { timeout: 300_000 }, async (first) => {
      for (let seed = first; seed < Math.min(first + perTest, from + count); seed += 1) {
        const { problems, fault } = await questionSeed(seed, mode);
        const again = `node test/simulation/main.ts --from ${seed} --seeds 1 --faults ${mode}`;
        expect(problems, `seed ${seed}, ${fault}; again: ${again}`).toEqual([]);
      }
    });
  });
}
