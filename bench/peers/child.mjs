// As `bench/measures/child.ts`, for programs that stand outside the product: the same clock, the same way to report.
import { performance } from 'node:perf_hooks';

export async function medianMs(times, act) {
  const took = [];
  for (let time = 0; time < times; time++) {
    const before = performance.now();
    await act();
    took.push(performance.now() - before);
  }
  return took.sort((a, b) => a - b)[Math.floor(times / 2)];
}

export async function warmUp(act) {
  const until = performance.now() + 1_000;
  do await act();
  while (performance.now() < until);
}

export function peakRssMb() {
  return (process.resourceUsage().maxRSS * 1024) / 1e6;
}

export function argument(name) {
  const at = process.argv.indexOf(`--${name}`);
  if (at < 0) throw new Error(`--${name} is missing`);
  return process.argv[at + 1];
}

/** The figures, and the end: some libraries keep timers that would hold the process. */
export function report(figures) {
  process.stdout.write(`\n${JSON.stringify({ figures })}\n`, () => process.exit(0));
}
