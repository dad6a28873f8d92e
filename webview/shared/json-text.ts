import { type Json } from '../../run/index.ts';

/** A piece of JSON text of one kind, for colouring. */
export interface JsonToken {
  readonly kind: 'key' | 'string' | 'number' | 'literal' | 'other';
  readonly text: string;
}

const tokenPattern = /("(?:\\.|[^"\\])*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;

/** A value as people read it: a text as it is, everything else as indented JSON. */
export function readableText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** Reads a text that is a JSON object or list; undefined for any other text. */
export function parseStructured(text: string): Json | undefined {
  const trimmed = text.trim();
  const looksStructured = /^(?:\{[\s\S]*\}|\[[\s\S]*\])$/.test(trimmed);
  if (!looksStructured) return undefined;
  try {
    return JSON.parse(trimmed) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Cuts JSON text into pieces for colouring; joined they are the text again. */
export function jsonTokens(text: string): readonly JsonToken[] {
  const tokens: JsonToken[] = [];
  let end = 0;
  for (const match of text.matchAll(tokenPattern)) {
    if (match.index > end) tokens.push({ kind: 'other', text: text.slice(end, match.index) });
    end = match.index + match[0].length;
    const [whole, quoted, colon] = match;
    if (quoted === undefined) tokens.push({ kind: /^[tfn]/.test(whole) ? 'literal' : 'number', text: whole });
    else tokens.push({ kind: colon === undefined ? 'string' : 'key', text: quoted });
    if (colon !== undefined) tokens.push({ kind: 'other', text: colon });
  }
  if (end < text.length) tokens.push({ kind: 'other', text: text.slice(end) });
  return tokens;
}
