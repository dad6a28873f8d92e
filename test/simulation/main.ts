// The simulator as a program: node test/simulation/main.ts --seeds 100000 [--from N] [--faults none|some|crashes|ports]
// A failure prints its seed, and the line that shows it again. Exit code 1 if there was one.
import { parseArgs } from 'node:util';
import { type FaultMode, faultModes, questionSeed } from './question-seed.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    faults: { type: 'string', default: 'some' },
    'stop-after': { type: 'string', default: '5' },
  },
});
const [seeds, from, stopAfter] = [values.seeds, values.from, values['stop-after']].map(Number);
if (!Object.hasOwn(faultModes, values.faults)) throw new Error(`there are no faults ${values.faults}`);
const mode = values.faults as FaultMode;

const begun = performance.now();
let runs = 0;
let events = 0;
let failures = 0;
for (let seed = from ?? 1; seed < (from ?? 1) + (seeds ?? 0) && failures < (stopAfter ?? 5); seed += 1) {
  const answer = await questionSeed(seed, mode);
  runs += answer.runs;
  events += answer.events;
  if (answer.problems.length === 0) continue;
  failures += 1;
  console.log(`seed ${seed} fails (${answer.fault}):`);
  for (const problem of answer.problems.slice(0, 5)) console.log(`  ${problem}`);
  console.log(`  again: node test/simulation/main.ts --from ${seed} --seeds 1 --faults ${mode}`);
}
const seconds = (performance.now() - begun) / 1000;
console.log(`${runs} runs of ${seeds} seeds, ${events} events, ${failures} failing seeds, ${seconds.toFixed(1)} s`);
process.exitCode = failures > 0 ? 1 : 0;
