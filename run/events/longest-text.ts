import type { JsonObject } from '../json.ts';

/** A control character is written as six: `\u0000`. */
const longestCharacter = 6;
const longestNumber = 25;

/**
 * How long the JSON text of a value can be at most, in UTF-16 units: found without writing it, as most values are far
 * from any limit.
 */
export function longestText(value: unknown): number {
  if (typeof value === 'string') return 2 + longestCharacter * value.length;
  if (typeof value !== 'object' || value === null) return longestNumber;
  let length = 2;
  if (Array.isArray(value)) for (const item of value) length += 1 + longestText(item);
  else for (const key in value) length += 4 + longestCharacter * key.length + longestText((value as JsonObject)[key]);
  return length;
}
