import { describe, expect, it } from 'vitest';
import { plantedFaults } from './planted-faults.ts';
import { questionSeed } from './question-seed.ts';

const seeds = 500;

describe('a mistake in the engine is found', () => {
  it.each(plantedFaults)(`within ${seeds} seeds: $name`, async ({ name, mutation, finding }) => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const { problems, fault } = await questionSeed(seed, 'some', mutation);
      if (problems.length === 0) continue;
      console.log(`${name}: found at seed ${seed}, faults ${fault}: ${problems[0]}`);
      return expect(problems.join('\n')).toMatch(finding);
    }
    return expect.fail(`no question found it in ${seeds} seeds`);
  });
});
