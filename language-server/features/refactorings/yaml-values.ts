// JSON values as YAML text.
import { stringify } from 'yaml';
import type { Json } from '../../../workflow/index.ts';

const longest = 100;

/** @returns `key: value`, on one line if it is short enough or has to be; lines of its own begin at a column */
export function writtenPair(key: string, value: Json, column: number, isOneLine = false): string {
  const flow = inBraces(value);
  const indent = ' '.repeat(column);
  if (isOneLine || typeof value !== 'object' || value === null || flow.length + key.length + column <= longest)
    return `${indent}${key}: ${flow}`;
  const block = stringify(value, { lineWidth: 0 }).trimEnd();
  return `${indent}${key}:\n${block.replaceAll(/^(?=.)/gm, `${indent}  `)}`;
}

function inBraces(value: Json): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd();
}

/** @returns an expression as the value of a key; in braces it needs quotes */
export function writtenExpression(source: string, isInBraces: boolean): string {
  return isInBraces ? `"\${{ ${source} }}"` : `\${{ ${source} }}`;
}
