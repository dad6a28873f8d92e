// What every measure's process shares: how long a piece of work takes, and how its figures reach the parent.
import { performance } from 'node:perf_hooks';

/** Named figures of one process; the unit is the last word of a name. */
export interface Figures {
  readonly [name: string]: number;
}

/** Milliseconds that `act` took. */
export async function timeMs(act: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await act();
  return performance.now() - before;
}

/** Runs `act` so many times and gives the middle time in milliseconds. */
export async function medianMs(times: number, act: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let time = 0; time < times; time++) took.push(await timeMs(act));
  return took.sort((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
}

/**
 * Repeats `act` for a second, at least once: an engine lives long, so what counts is how fast it is once its code is
 * compiled. All engines get the same second.
 */
export async function warmUp(act: () => Promise<unknown>): Promise<void> {
  const until = performance.now() + 1_000;
  do await act();
  while (performance.now() < until);
}

/** The highest resident memory that this process ever had, in MB (10^6 bytes). */
export function peakRssMb(): number {
  return (process.resourceUsage().maxRSS * 1024) / 1e6;
}

/** The value of an argument `--name value`. Throws when it is missing: the parent always gives it. */
export function argument(name: string): string {
  const value = process.argv[process.argv.indexOf(`--${name}`) + 1];
  if (!process.argv.includes(`--${name}`) || value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

/** Hands the figures to the parent: the last line of the output. */
export function report(figures: Figures): void {
  process.stdout.write(`\n${JSON.stringify({ figures })}\n`);
}
