import type { Json } from '../../run/index.ts';

/**
 * The bytes that a value takes as JSON text in UTF-8, counted until `limit` is passed (the result is then any
 * number above it). Escapes count as they are written; a lone surrogate counts three bytes, as in WHATWG Encoding.
 */
export function jsonBytes(value: Json, limit: number): number {
  const counter = { bytes: 0, limit };
  count(value, counter);
  return counter.bytes;
}

interface Counter {
  bytes: number;
  readonly limit: number;
}

function count(value: Json | undefined, counter: Counter): void {
  if (counter.bytes > counter.limit) return;
  if (typeof value === 'string') counter.bytes += textBytes(value);
  else if (typeof value === 'number') counter.bytes += String(value).length;
  else if (typeof value === 'boolean') counter.bytes += value ? 4 : 5;
  else if (value === null || value === undefined) counter.bytes += 4;
  else if (Array.isArray(value)) {
    counter.bytes += 2 + Math.max(0, value.length - 1);
    for (const item of value) count(item, counter);
  } else {
    counter.bytes += 2;
    let separator = 0;
    for (const key of Object.keys(value)) {
      if (value[key] === undefined) continue;
      counter.bytes += separator + textBytes(key) + 1;
      separator = 1;
      count(value[key], counter);
    }
  }
}

function textBytes(text: string): number {
  let bytes = 2;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20) bytes += isShortEscape(unit) ? 2 : 6;
    else if (unit === 0x22 || unit === 0x5c) bytes += 2;
    else if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 4;
      i += 1;
    } else bytes += 3;
  }
  return bytes;
}

/** \b \t \n \f \r */
function isShortEscape(unit: number): boolean {
  return unit === 8 || unit === 9 || unit === 10 || unit === 12 || unit === 13;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
