// The front door of `figures`: how money, tokens and time look everywhere – terminal, panel, status bar, editor.
// Formatted for the eye only; sums use the raw values. Pure.

const nanoPerDollar = 1_000_000_000;

/** `$0.0123` from nano-dollars; below a cent up to four significant digits; `unknown` for null, never zero. */
export function formatCost(costNanoUsd: number | null, known = true): string {
  if (costNanoUsd === null) return 'unknown';
  const dollars = costNanoUsd / nanoPerDollar;
  const text = dollars === 0 ? '$0' : dollars >= 1 ? `$${dollars.toFixed(2)}` : `$${smallDollars(dollars)}`;
  return known ? text : costNanoUsd === 0 ? 'unknown' : `${text} + unknown`;
}

function smallDollars(dollars: number): string {
  if (dollars >= 0.01) return dollars.toFixed(4);
  const digits = Math.min(9, 3 - Math.floor(Math.log10(dollars)));
  return dollars.toFixed(digits).replace(/0+$/, '');
}

/** `850 ms`, `1.2 s`, `2 m 05 s`, `1 h 02 m` from milliseconds. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.max(0, Math.round(durationMs))} ms`;
  const seconds = durationMs / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${pad(minutes)} m`;
  return `${minutes} m ${pad(whole % 60)} s`;
}

/** `950`, `1.2k`, `3.4M` from a count of tokens. */
export function formatTokens(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_950) return `${(tokens / 1000).toFixed(1)}k`;
  return `${(tokens / 1_000_000).toFixed(1)}M`;
}

function pad(count: number): string {
  return String(count).padStart(2, '0');
}
