// JSON values and expressions as YAML text.
import { stringify } from 'yaml';
import type { Json } from '../../../workflow/index.ts';

const longest = 100;

/**
 * @param column where its lines begin
 * @returns `key: value`; on one line if that is short enough or has to be, else each key of a map on lines of its own
 */
export function writtenPair(key: string, value: Json, column: number, isOneLine = false): string {
  const line = `${' '.repeat(column)}${scalar(key)}: ${inBraces(value)}`;
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isOneLine || !isMap || line.length <= longest) return line;
  const pairs = entriesOf(value).map(([name, part]) => writtenPair(name, part, column + 2));
  return [`${' '.repeat(column)}${scalar(key)}:`, ...pairs].join('\n');
}

function inBraces(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => inBraces(item)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return scalar(value);
  const pairs = entriesOf(value).map(([key, part]) => `${scalar(key)}: ${inBraces(part)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

function entriesOf(value: { readonly [key: string]: Json | undefined }): readonly (readonly [string, Json])[] {
  return Object.entries(value).flatMap(([key, part]) => (part === undefined ? [] : [[key, part] as const]));
}

/** With quotes wherever braces around it would want them. */
function scalar(value: Exclude<Json, object>): string {
  return stringify([value], { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false })
    .trim()
    .slice(1, -1);
}

/** @returns an expression as the value of a key; in braces it needs quotes */
export function writtenExpression(source: string, isInBraces: boolean): string {
  return isInBraces ? `"\${{ ${source} }}"` : `\${{ ${source} }}`;
}
