// Suggests keys: what the schema knows at a place, what the author has declared elsewhere, and whole skeletons.
import { CompletionItemKind } from 'vscode-languageserver';
import {
  describeKey,
  type Json,
  type JsonObject,
  type KeyInfo,
  keysAt,
  nodeAt,
  pairsOf,
  type Path,
  valueOf,
} from '../../workflow/index.ts';
import { below, expandedSnippet, type Suggestion } from './completion-item.ts';
import { schemaWordsAt } from './json-schema-words.ts';
import { keyDocs } from './key-docs.ts';
import { namesIn, pathInSchema, type Question, toolsAt } from './question.ts';
import { type Skeleton, skeletonsAt } from './skeletons.ts';

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
    rank: info.required ? 'required' : 'fitting',
    goesOn: !place.hasColon && hasSuggestions(info),
  };
}

function hasSuggestions(info: KeyInfo): boolean {
  const isNamed = ['agent', 'tool', 'toolset', 'capability', 'task', 'model', 'expression', 'duration'].includes(
    info.kind ?? '',
  );
  return info.values.length > 0 || info.types.includes('boolean') || info.types.includes('array') || isNamed;
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

/** Keys that are names from elsewhere: the input of a tool, shared values that a task sets. */
function declaredKeys(question: Question): readonly Suggestion[] {
  const { root, place } = question;
  const task = nodeAt(root, place.path.slice(0, -1));
  const isWritten = new Set(pairsOf(nodeAt(root, place.path)).map((pair) => pair.key));
  const field = (key: string, detail: string, docs?: string, required = false): Suggestion => ({
    label: key,
    kind: CompletionItemKind.Field,
    detail,
    ...(docs === undefined ? {} : { documentation: () => docs }),
    ...written(question, key, () => ' $0'),
    range: place.range,
    rank: required ? 'required' : 'fitting',
  });
  const last = place.path.at(-1);
  if (last === 'shared' && place.path.length > 1) {
    return namesIn(question, 'shared')
      .filter((name) => !isWritten.has(name))
      .map((name) => field(name, 'shared value'));
  }
  const tool = valueOf(task, 'tool');
  const input = last === 'with' && tool?.kind === 'scalar' ? inputOf(tool.text, question) : [];
  return input
    .filter(({ key }) => !isWritten.has(key))
    .map(({ key, description, required }) =>
      field(key, required ? 'required' : 'input of the tool', description, required),
    );
}

function inputOf(
  tool: string,
  question: Question,
): readonly { key: string; description: string | undefined; required: boolean }[] {
  const schema = toolsAt(question).find(({ name }) => name === tool)?.input;
  const properties = schema?.['properties'];
  const required = Array.isArray(schema?.['required']) ? schema['required'] : [];
  return Object.entries(isJsonObject(properties) ? properties : {}).map(([key, property]) => {
    const description = isJsonObject(property) ? property['description'] : undefined;
    return {
      key,
      description: typeof description === 'string' ? description : undefined,
      required: required.includes(key),
    };
  });
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
      rank: 'fitting',
      goesOn: word.key === 'type',
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
