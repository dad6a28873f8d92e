// Values that are hard to read at a glance, in words.

const units = [
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
  ['millisecond', 1],
] as const;

/** @param ms whole milliseconds @returns `1 minute 30 seconds` */
export function durationInWords(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.length === 0 ? 'no time' : parts.join(' ');
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 });

/** @returns `200,000`; undefined for numbers that are read at a glance */
export function numberInWords(value: number): string | undefined {
  return Math.abs(value) >= 10_000 ? grouped.format(value) : undefined;
}
