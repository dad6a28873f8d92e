// Suggests values: words of the schema, and names that the file declares.
import { CompletionItemKind } from 'vscode-languageserver';
import {
  describeKey,
  type Json,
  type JsonSchema,
  type KeyInfo,
  nodeAt,
  pairsOf,
  type Path,
  valueOf,
} from '../../workflow/index.ts';
import { below, scalarText, type Suggestion } from './completion-item.ts';
import { fieldGivenAt } from './given-fields.ts';
import { schemaValuesAt } from './json-schema-words.ts';
import { type Choice, namedChoices, type NamedKind } from './named-choices.ts';
import { elementsOf, pathInSchema, type Question } from './question.ts';

/** @returns the values that may stand at a place; where a list is wanted, a list with one of its elements */
export function suggestValues(question: Question): readonly Suggestion[] {
  const { place, root, file } = question;
  const { path } = place;
  const inSchema = pathInSchema(question, path);
  if (inSchema && inSchema.length > 0)
    return wordsInSchema(question, inSchema).map((choice) => suggestion(question, choice, 'is'));
  const info = describeKey(root, path, file);
  const own = givenChoices(question, path) ?? (info ? choicesFor(question, info, path) : []);
  if (own.length > 0) return own.map((choice) => suggestion(question, choice, 'is'));
  if (!info?.types.includes('array') || place.quote) return [];
  const elementPath = [...path, 0];
  const element = describeKey(root, elementPath, file);
  return element
    ? choicesFor(question, element, elementPath).map((choice) => suggestion(question, choice, 'element'))
    : [];
}

function choicesFor(question: Question, info: KeyInfo, path: Path): readonly Choice[] {
  const listed = info.values.map((value) => word(value, info.valueDocs.get(value) ?? info.description));
  const bools =
    info.types.includes('boolean') && info.kind !== 'expression' && listed.length === 0
      ? [true, false].map((value) => word(value, info.description))
      : [];
  return [...listed, ...bools, ...withoutWritten(question, namedChoices(question, info.kind), path)];
}

/** A list names things once. */
function withoutWritten(question: Question, choices: readonly Choice[], path: Path): readonly Choice[] {
  if (typeof path.at(-1) !== 'number') return choices;
  const written = new Set(elementsOf(question, path.slice(0, -1)));
  return choices.filter(({ value }) => !(typeof value === 'string' && written.has(value)));
}

/** What tools that the engine answers are given, where it names something of the file. */
const givenToTools: { readonly [tool: string]: { readonly [key: string]: NamedKind } } = {
  send_message: { to: 'agent' },
  read_messages: { wait: 'duration' },
  find_agents: { capability: 'capability' },
  get_shared: { name: 'shared', wait: 'duration' },
  set_shared: { name: 'shared' },
};

/** What is given to a tool or a called file; undefined where nothing more is known of it. */
function givenChoices(question: Question, path: Path): readonly Choice[] | undefined {
  const [around, key] = path.slice(-2);
  if (around !== 'with' && around !== 'arguments') return undefined;
  const tool = valueOf(nodeAt(question.root, path.slice(0, -2)), around === 'with' ? 'tool' : 'name');
  const kind = tool?.kind === 'scalar' ? givenToTools[tool.text]?.[String(key)] : undefined;
  if (kind) return namedChoices(question, kind);
  const field = fieldGivenAt(question, path);
  return field && valuesOfSchema(field.schema);
}

/** The values that a JSON Schema lists. */
function valuesOfSchema(schema: JsonSchema): readonly Choice[] {
  const { enum: listed, type, description } = schema;
  const values = Array.isArray(listed) ? listed : type === 'boolean' ? [true, false] : [];
  return values.map((value) => word(value, typeof description === 'string' ? description : undefined));
}

/** Words of JSON Schema, and in `required` the names of the fields beside it. */
function wordsInSchema(question: Question, inSchema: Path): readonly Choice[] {
  const { root, place } = question;
  const [key, index] = inSchema.slice(-2);
  if (key !== 'required' || typeof index !== 'number') return schemaValuesAt(inSchema).map((value) => word(value));
  const fields = pairsOf(valueOf(nodeAt(root, place.path.slice(0, -2)), 'properties'));
  const choices = fields.map(({ key: value }) => ({ value, kind: CompletionItemKind.Field, detail: 'field' }));
  return withoutWritten(question, choices, place.path);
}

function word(value: Json, docs?: string): Choice {
  const kind = typeof value === 'string' ? CompletionItemKind.EnumMember : CompletionItemKind.Constant;
  return { value, kind, ...(docs === undefined ? {} : { documentation: () => docs }) };
}

/** @param as whether the value is what is wanted, or an element of the list that is wanted */
function suggestion({ place }: Question, choice: Choice, as: 'is' | 'element'): Suggestion {
  const { value, kind, detail, documentation, goesOn } = choice;
  const scalar = scalarText(value, place.quote);
  const isBelow = as === 'element' && place.wants === 'key' && !place.flow;
  const asElement = isBelow ? below(place, `- ${scalar}`) : `[${scalar}]`;
  return {
    label: typeof value === 'string' ? value : JSON.stringify(value),
    kind,
    ...(detail === undefined ? {} : { detail }),
    ...(documentation ? { documentation } : {}),
    text: (place.needsSpace ? ' ' : '') + (as === 'is' ? scalar : asElement),
    isSnippet: false,
    range: place.range,
    rank: 'required',
    next: goesOn ? 'values' : undefined,
  };
}
