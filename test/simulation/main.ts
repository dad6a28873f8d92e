// The simulator as a program: node test/simulation/main.ts --seeds 100000 [--from N] [--crash none|some|all]
// A failure prints its seed, and the line that shows it again. Exit code 1 if there was one.
import { parseArgs } from 'node:util';
import { questionSeed } from './question-seed.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    crash: { type: 'string', default: 'some' },
    'stop-after': { type: 'string', default: '5' },
  },
});
const [seeds, from, stopAfter] = [values.seeds, values.from, values['stop-after']].map(Number);
const crash = values.crash === 'all' || values.crash === 'none' ? values.crash : 'some';

const begun = performance.now();
let runs = 0;
let events = 0;
let failures = 0;
for (let seed = from ?? 1; seed < (from ?? 1) + (seeds ?? 0) && failures < (stopAfter ?? 5); seed += 1) {
  const answer = await questionSeed(seed, crash);
  runs += answer.runs;
  events += answer.events;
  if (answer.problems.length === 0) continue;
  failures += 1;
  console.log(`seed ${seed} fails (${answer.fault}):`);
  for (const problem of answer.problems.slice(0, 5)) console.log(`  ${problem}`);
  console.log(`  again: node test/simulation/main.ts --from ${seed} --seeds 1 --crash ${crash}`);
}
const seconds = (performance.now() - begun) / 1000;
console.log(`${runs} runs of ${seeds} seeds, ${events} events, ${failures} failing seeds, ${seconds.toFixed(1)} s`);
process.exitCode = failures > 0 ? 1 : 0;
