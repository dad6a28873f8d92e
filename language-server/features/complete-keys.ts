// Suggests keys: what the schema knows at a place, what the author has declared elsewhere, and whole skeletons.
import { CompletionItemKind } from 'vscode-languageserver';
import {
  describeKey,
  type JsonSchema,
  type KeyInfo,
  keysAt,
  nodeAt,
  pairsOf,
  type Path,
} from '../../workflow/index.ts';
import { below, expandedSnippet, type Suggestion } from './completion-item.ts';
import { fieldsGivenAt } from './given-fields.ts';
import { schemaWordsAt } from './json-schema-words.ts';
import { keyDocs } from './key-docs.ts';
import { namesIn, pathInSchema, type Question } from './question.ts';
import type { Skeleton } from './skeleton.ts';
import { skeletonsAt } from './skeletons.ts';

/** What most files say, wherever it may stand: it comes before what few say. */
const usual: ReadonlySet<string> = new Set(
  [
    'name description inputs agents toolsets tasks outputs mock',
    'model instructions tools output_schema',
    'type agent tool workflow with prompt needs when gate',
    'items as do until while max_iterations stages branches fusion routes cases else critic criteria max_rounds',
    'specialists goal may_use message options form values shared duration status judge min_score on_fail',
    'task reply tool_calls error builtin module effect input output base_url api_key strategy max_attempts',
  ].flatMap((keys) => keys.split(' ')),
);

/** @returns the keys that may stand at a place, required ones first */
export function suggestKeys(question: Question): readonly Suggestion[] {
  const { place, root, file } = question;
  if (typeof place.path.at(-1) === 'number' && isScalarElement(question)) return [];
  const inSchema = pathInSchema(question, place.path);
  if (inSchema) return schemaKeys(question, inSchema);
  const known = keysAt(root, place.path, file).map((info) => keySuggestion(question, info));
  return [...known, ...declaredKeys(question), ...wholes(question)];
}

function isScalarElement({ root, place, file }: Question): boolean {
  const types = describeKey(root, place.path, file)?.types ?? [];
  return types.length > 0 && !types.includes('object');
}

function keySuggestion(question: Question, info: KeyInfo): Suggestion {
  const { place } = question;
  return {
    label: info.key,
    kind: CompletionItemKind.Property,
    detail: info.required ? 'required' : typesOf(info),
    documentation: () => keyDocs(info),
    ...written(question, info.key, () => valueSnippet(question, info)),
    range: place.range,
    rank: info.required ? 'required' : usual.has(info.key) ? 'usual' : 'rest',
    next: !place.hasColon && hasSuggestions(info) ? 'values' : undefined,
  };
}

function hasSuggestions(info: KeyInfo): boolean {
  const isNamed = [
    'agent',
    'tool',
    'toolset',
    'capability',
    'task',
    'task-path',
    'model',
    'module',
    'workflow-file',
    'expression',
    'duration',
  ].includes(info.kind ?? '');
  const isListed = info.values.length > 0 || info.types.includes('boolean') || info.types.includes('array');
  return isListed || isNamed || info.key === 'items';
}

/** The text of a key with the beginning of its value. */
function written(question: Question, key: string, value: () => string): { text: string; isSnippet: boolean } {
  const { place } = question;
  if (place.hasColon) return { text: key, isSnippet: false };
  if (place.quote) return { text: key, isSnippet: false };
  return { text: `${key}:${below(place, value())}`, isSnippet: true };
}

function valueSnippet({ place, root, file }: Question, info: KeyInfo): string {
  const isOneOf = info.values.length === 1 && info.types.every((type) => type === 'string');
  if (isOneOf && info.values[0] === '1') return ' "1"$0';
  if (info.key === 'items') return ' \\${{ $0 \\}\\}';
  const element = describeKey(root, [...place.path, info.key, 0], file);
  const isList = info.types.length === 1 && info.types[0] === 'array';
  if (isList) return place.flow || element?.types[0] !== 'object' ? ' [$0]' : '\n  - $0';
  const isMap = info.types.length > 0 && info.types.every((type) => type === 'object');
  if (isMap) return place.flow ? ' { $0 }' : '\n  $0';
  return ' $0';
}

function typesOf(info: KeyInfo): string {
  return info.kind === 'expression' ? 'expression' : info.types.join(' | ');
}

/** Keys that are names from elsewhere: what a task is given, shared values that it sets. */
function declaredKeys(question: Question): readonly Suggestion[] {
  const { root, place } = question;
  const isWritten = new Set(pairsOf(nodeAt(root, place.path)).map((pair) => pair.key));
  const isShared = place.path.at(-1) === 'shared' && place.path.length > 1;
  const shared = isShared ? namesIn(question, 'shared') : [];
  return [
    ...shared.map((key) => fieldSuggestion(question, { key, detail: 'shared value', required: false })),
    ...fieldsGivenAt(question, place.path).map(({ key, schema, required }) => {
      const type = typeOfSchema(schema);
      const detail = [required ? 'required' : '', type].filter(Boolean).join(' · ');
      const { description } = schema;
      return fieldSuggestion(question, {
        key,
        detail,
        required,
        ...(typeof description === 'string' && { description }),
      });
    }),
  ].filter(({ label }) => !isWritten.has(label));
}

interface DeclaredField {
  readonly key: string;
  readonly detail: string;
  readonly required: boolean;
  readonly description?: string;
}

function fieldSuggestion(question: Question, { key, detail, required, description }: DeclaredField): Suggestion {
  return {
    label: key,
    kind: CompletionItemKind.Field,
    detail,
    ...(description === undefined ? {} : { documentation: () => description }),
    ...written(question, key, () => ' $0'),
    range: question.place.range,
    rank: required ? 'required' : 'usual',
  };
}

/** The values that a schema lists, else the type that it names, as far as it does so in a word. */
function typeOfSchema({ type, enum: values }: JsonSchema): string {
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ');
  return typeof type === 'string' ? type : Array.isArray(type) ? type.map(String).join(' | ') : '';
}

function schemaKeys(question: Question, inSchema: Path): readonly Suggestion[] {
  const { place, root } = question;
  const isWritten = new Set(pairsOf(nodeAt(root, place.path)).map((pair) => pair.key));
  return schemaWordsAt(inSchema)
    .filter((word) => !isWritten.has(word.key))
    .map((word) => ({
      label: word.key,
      kind: CompletionItemKind.Property,
      detail: 'JSON Schema',
      documentation: () => word.docs,
      ...written(question, word.key, () => (place.flow ? word.inFlow : word.inBlock)),
      range: place.range,
      rank: word.key === 'type' || word.key === 'description' ? 'usual' : 'rest',
      next: word.key === 'type' ? 'values' : undefined,
    }));
}

/** Skeletons are written as blocks, so they are not offered where keys stand in braces. */
function wholes(question: Question): readonly Suggestion[] {
  const { place } = question;
  if (place.flow || place.hasColon || place.quote) return [];
  return skeletonsAt(question).map((skeleton) => wholeSuggestion(question, skeleton));
}

function wholeSuggestion({ place }: Question, skeleton: Skeleton): Suggestion {
  return {
    label: skeleton.label,
    kind: CompletionItemKind.Snippet,
    detail: skeleton.detail,
    documentation: () => `\`\`\`yaml\n${expandedSnippet(skeleton.text).trimEnd()}\n\`\`\``,
    text: below(place, skeleton.text),
    isSnippet: true,
    range: place.range,
    rank: place.path.length === 0 ? 'first' : 'piece',
  };
}
