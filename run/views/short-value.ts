// A value of a run made short enough to be sent along with many others: its types remain.
import { isJsonObject, type Json, type JsonObject } from '../json.ts';

const maxText = 200;
const maxElements = 5;
const maxKeys = 50;
/** UTF-16 units of JSON text. */
const maxLength = 4_000;

/** @returns JSON text in which long texts and lists are cut; undefined: even so it is too long */
export function shortened(value: Json): { readonly text: string; readonly isShortened: boolean } | undefined {
  const text = JSON.stringify(short(value));
  return text.length > maxLength ? undefined : { text, isShortened: text !== JSON.stringify(value) };
}

function short(value: Json): Json {
  if (typeof value === 'string') return value.length > maxText ? `${value.slice(0, maxText)}…` : value;
  if (Array.isArray(value)) return value.slice(0, maxElements).map(short);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).slice(0, maxKeys);
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, inner === undefined ? inner : short(inner)]),
  ) as JsonObject;
}
