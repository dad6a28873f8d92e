// A value of a JSON Schema as text that a person types, and back, with what is wrong in words. The engine checks every
// value against the whole schema again; here only what people get wrong by hand is caught, while they type.
// Knows nothing of VS Code but its translations.
import { l10n } from 'vscode';
import { RE2JS } from 're2js';
import { isJsonObject, type Json, type JsonSchema } from '../../run/index.ts';

/** How a value is asked for. */
export type Control = 'choice' | 'boolean' | 'number' | 'text' | 'json';

export type Parsed = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string };

export function controlOf(schema: JsonSchema): Control {
  if (Array.isArray(schema['enum']) || schema['const'] !== undefined) return 'choice';
  switch (schema['type']) {
    case 'boolean':
      return 'boolean';
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
      return 'text';
    default:
      return 'json';
  }
}

/** The values to choose from. */
export function choicesOf(schema: JsonSchema): readonly Json[] {
  const { const: only, enum: several } = schema;
  if (only !== undefined) return [only];
  return Array.isArray(several) ? several : [];
}

/** The text that stands for a value; '' for none. */
export function textOf(value: Json | undefined, schema: JsonSchema): string {
  if (value === undefined) return '';
  return typeof value === 'string' && controlOf(schema) !== 'json' ? value : JSON.stringify(value);
}

/** Reads what was typed. */
export function parseText(text: string, schema: JsonSchema): Parsed {
  switch (controlOf(schema)) {
    case 'text':
      return checkText(text, schema);
    case 'number':
      return parseNumber(text, schema);
    default:
      return parseJson(text, schema);
  }
}

/** What may be typed, in a few words: `whole number, 1 to 8`. */
export function hintOf(schema: JsonSchema): string {
  const bounds = [
    bound(schema['minimum'], (least) => l10n.t('at least {0}', least)),
    bound(schema['maximum'], (most) => l10n.t('at most {0}', most)),
    bound(schema['minLength'], (least) => l10n.t('at least {0} characters', least)),
    bound(schema['maxLength'], (most) => l10n.t('at most {0} characters', most)),
  ];
  return [typeHint(schema), ...bounds].filter(Boolean).join(', ');
}

function bound(limit: Json | undefined, say: (limit: number) => string): string {
  return typeof limit === 'number' ? say(limit) : '';
}

function typeHint(schema: JsonSchema): string {
  switch (schema['type']) {
    case 'string':
      return typeof schema['format'] === 'string' ? schema['format'] : '';
    case 'integer':
      return l10n.t('whole number');
    case 'number':
      return l10n.t('number');
    case 'array':
      return l10n.t('a list as JSON, such as ["a", "b"]');
    case 'object':
      return l10n.t('an object as JSON, such as {"a": 1}');
    default:
      return l10n.t('a value as JSON; text in quotes');
  }
}

function checkText(text: string, { minLength, maxLength, pattern }: JsonSchema): Parsed {
  // JSON Schema counts code points, not UTF-16 units.
  const { length } = Array.from(text);
  if (typeof minLength === 'number' && length < minLength) return wrong(l10n.t('At least {0} characters.', minLength));
  if (typeof maxLength === 'number' && length > maxLength) return wrong(l10n.t('At most {0} characters.', maxLength));
  if (typeof pattern === 'string' && !matches(pattern, text)) return wrong(l10n.t('It must match {0}.', pattern));
  return { ok: true, value: text };
}

/** On RE2, as the engine does it: no pattern of a workflow can hang the editor. */
function matches(pattern: string, text: string): boolean {
  try {
    return RE2JS.compile(pattern).matcher(text).find();
  } catch {
    // Not a pattern: the language server says so in the file, and the engine refuses it.
    return true;
  }
}

function parseNumber(text: string, { type, minimum, maximum }: JsonSchema): Parsed {
  const value = Number(text.trim());
  if (text.trim() === '' || !Number.isFinite(value)) return wrong(l10n.t('This is not a number.'));
  if (type === 'integer' && !Number.isInteger(value)) return wrong(l10n.t('A whole number is needed.'));
  if (typeof minimum === 'number' && value < minimum) return wrong(l10n.t('The least is {0}.', minimum));
  if (typeof maximum === 'number' && value > maximum) return wrong(l10n.t('The most is {0}.', maximum));
  return { ok: true, value };
}

function parseJson(text: string, { type }: JsonSchema): Parsed {
  try {
    const value = JSON.parse(text) as Json;
    if (type === 'array' && !Array.isArray(value)) return wrong(l10n.t('A list is needed, such as ["a", "b"].'));
    if (type === 'object' && !isJsonObject(value)) return wrong(l10n.t('An object is needed, such as {"a": 1}.'));
    return { ok: true, value };
  } catch (error) {
    return wrong(l10n.t('This is not JSON: {0}', error instanceof Error ? error.message : String(error)));
  }
}

function wrong(message: string): Parsed {
  return { ok: false, message };
}
