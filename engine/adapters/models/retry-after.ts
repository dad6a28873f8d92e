/** No provider means to be asked again only after this; what is longer is a date read wrongly. */
const LONGEST_WAIT_MS = 24 * 3600 * 1000;

/**
 * How long a provider asks us to wait: `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110, 10.2.3).
 * @param headers of the answer, if it had any
 * @param nowMs epoch milliseconds
 * @returns whole milliseconds, at least 0; undefined when nothing was asked, or nothing that makes sense
 */
export function retryAfterMs(headers: unknown, nowMs: number): number | undefined {
  if (!(headers instanceof Headers)) return undefined;
  const waitMs = inMilliseconds(headers.get('retry-after-ms')) ?? inSeconds(headers.get('retry-after'), nowMs);
  return waitMs !== undefined && waitMs <= LONGEST_WAIT_MS ? Math.max(0, Math.ceil(waitMs)) : undefined;
}

function inMilliseconds(text: string | null): number | undefined {
  return text && /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

function inSeconds(text: string | null, nowMs: number): number | undefined {
  if (!text) return undefined;
  const seconds = inMilliseconds(text);
  if (seconds !== undefined) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date - nowMs;
}
