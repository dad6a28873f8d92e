// A form's JSON Schema as a list of fields, and what a person typed as a value. The engine checks the value against
// the whole schema again; here only what people get wrong by hand is caught, before anything is sent.
import { isJsonObject, type Json, type JsonObject } from '../../run/index.ts';

export type Control = 'line' | 'lines' | 'number' | 'checkbox' | 'choice' | 'json';

export interface Field {
  /** Name of the property; '' if the schema is for one value alone. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly control: Control;
  readonly required: boolean;
  /** The values to choose from. */
  readonly choices: readonly Json[];
  readonly schema: JsonObject;
  readonly initial: Draft;
}

/** What a control holds while it is edited: its text, or whether it is checked. */
export type Draft = string | boolean;
export type Drafts = { readonly [name: string]: Draft };

/** The fields of a schema: one for each property of an object, else a single one without a name. */
export function fieldsOf(form: JsonObject): readonly Field[] {
  const properties = form['properties'];
  if (!isJsonObject(properties)) return [fieldOf('', form, true)];
  const required = Array.isArray(form['required']) ? form['required'] : [];
  return Object.entries(properties).map(([name, schema]) =>
    fieldOf(name, isJsonObject(schema) ? schema : {}, required.includes(name)),
  );
}

function fieldOf(name: string, schema: JsonObject, required: boolean): Field {
  const control = controlFor(schema);
  const enumerated = schema['enum'];
  return {
    name,
    label: textOf(schema['title']) || (name === '' ? 'Answer' : name),
    description: textOf(schema['description']),
    control,
    required,
    choices: Array.isArray(enumerated) ? enumerated : [],
    schema,
    initial: initialDraft(control, schema['default']),
  };
}

const longTextFrom = 200;

function controlFor(schema: JsonObject): Control {
  if (Array.isArray(schema['enum'])) return 'choice';
  switch (schema['type']) {
    case 'boolean':
      return 'checkbox';
    case 'number':
    case 'integer':
      return 'number';
    case 'string':
      return isLong(schema) ? 'lines' : 'line';
    default:
      return 'json';
  }
}

function isLong({ format, maxLength, default: initial, contentMediaType }: JsonObject): boolean {
  if (format === 'multiline' || format === 'textarea' || contentMediaType !== undefined) return true;
  if (typeof maxLength === 'number' && maxLength > longTextFrom) return true;
  return typeof initial === 'string' && initial.includes('\n');
}

function initialDraft(control: Control, value: Json | undefined): Draft {
  if (control === 'checkbox') return value === true;
  if (value === undefined) return '';
  const asWritten = control === 'line' || control === 'lines' || control === 'number';
  return asWritten && typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

export type Parsed =
  | { readonly ok: true; readonly value: Json }
  /** What is wrong, by the name of the field. */
  | { readonly ok: false; readonly problems: { readonly [name: string]: string } };

/** The value of the whole form, or what keeps it from being one. Optional fields left empty are left out. */
export function valueOf(fields: readonly Field[], drafts: Drafts): Parsed {
  const problems: { [name: string]: string } = {};
  const value: JsonObject = {};
  for (const field of fields) {
    const parsed = parseDraft(field, drafts[field.name] ?? field.initial);
    if (typeof parsed === 'object') value[field.name] = parsed.value;
    else if (parsed !== undefined) problems[field.name] = parsed;
  }
  if (Object.keys(problems).length > 0) return { ok: false, problems };
  const [only] = fields;
  return { ok: true, value: only?.name === '' && fields.length === 1 ? (value[''] ?? null) : value };
}

/** A value; a problem in words; or undefined for an optional field left empty. */
function parseDraft(field: Field, draft: Draft): { value: Json } | string | undefined {
  if (typeof draft === 'boolean') return { value: draft };
  if (draft === '') return field.required ? 'Please fill this in.' : undefined;
  switch (field.control) {
    case 'number':
      return parseNumber(field.schema, draft);
    case 'json':
    case 'choice':
      return parseJson(draft);
    default:
      return checkLength(field.schema, draft);
  }
}

function parseNumber(schema: JsonObject, draft: string): { value: Json } | string {
  const value = Number(draft.trim().replace(',', '.'));
  const { minimum, maximum } = schema;
  if (!Number.isFinite(value) || draft.trim() === '') return 'This is not a number.';
  if (schema['type'] === 'integer' && !Number.isInteger(value)) return 'A whole number is needed.';
  if (typeof minimum === 'number' && value < minimum) return `The least is ${minimum}.`;
  if (typeof maximum === 'number' && value > maximum) return `The most is ${maximum}.`;
  return { value };
}

function parseJson(draft: string): { value: Json } | string {
  try {
    return { value: JSON.parse(draft) as Json };
  } catch (error) {
    if (error instanceof SyntaxError) return `This is not JSON: ${error.message}.`;
    throw error;
  }
}

function checkLength({ minLength, maxLength }: JsonObject, draft: string): { value: Json } | string {
  if (typeof minLength === 'number' && draft.length < minLength) return `At least ${minLength} characters are needed.`;
  if (typeof maxLength === 'number' && draft.length > maxLength) return `At most ${maxLength} characters fit.`;
  return { value: draft };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
