// Compares what was written with the schema: unknown and missing keys, types, values, bounds. One finding per mistake:
// below a value of the wrong type nothing more is said.
import { isJsonObject, type Json, type JsonSchema } from '../../schemas/index.ts';
import { closest, isValidId } from '../expressions/index.ts';
import type { Diagnostic, Fix, Range } from '../model/model.ts';
import { isMissing, type MapNode, type Node, type Pair, pairsOf, type ScalarNode, valueOf } from '../syntax/tree.ts';
import { isHalfOfModel, olderWords } from './older-words.ts';
import {
  alternativesOf,
  childShape,
  chosen,
  fileShape,
  followed,
  isTaskShape,
  itemShape,
  keysOf,
  kindOf,
  requiredOf,
  type Shape,
  taskTypeOf,
  typesOf,
  valuesOf,
  writtenTaskType,
} from './shape.ts';

/** Takes one finding; the file is added by the caller. */
export type Report = (finding: Omit<Diagnostic, 'file'>) => void;

/** Reports every place where the tree does not have the shape of `schema`. */
export function checkShape(root: Node | undefined, schema: JsonSchema, report: Report): void {
  if (root) checkNode({ node: root, shape: fileShape(schema), name: 'the file', around: { start: 0, end: 0 }, report });
}

interface Place {
  readonly node: Node;
  readonly shape: Shape;
  /** What the value is called in messages: its key. */
  readonly name: string;
  /** Where to point if the value itself is nowhere: at its key. */
  readonly around: Range;
  readonly report: Report;
}

function checkNode(place: Place): void {
  const { node, shape } = place;
  const kind = kindOf(shape);
  const { schema } = followed(shape);
  if (kind === 'json' || isOpen(schema) || (kind === 'template' && schema['type'] === undefined)) return;
  if (isMissing(node)) return missingValue(place);
  if (kind === 'duration') return checkDuration(place);
  const alternative = chosen(node, shape);
  if (!alternative) return nothingFits(place);
  if (kind === 'json-schema') return;
  checkFitting({ ...place, shape: alternative });
}

/** Anything may stand here, and nobody looks at it: what is below `x-…`. */
function isOpen(schema: JsonSchema): boolean {
  return Object.keys(schema).every((key) => key === 'description' || key === 'examples');
}

function checkFitting(place: Place): void {
  const { node, shape } = place;
  if (node.kind === 'map') checkMap({ ...place, node });
  else if (node.kind === 'list') checkList(place);
  else if (isTyped(node, shape)) checkScalar({ ...place, node });
  else wrongType(place);
}

function isTyped(node: Node, shape: Shape): boolean {
  return chosen(node, shape) !== undefined;
}

function missingValue({ name, around, report }: Place): void {
  report({ code: 'missing-value', severity: 'error', message: `\`${name}\` has no value yet.`, range: around });
}

/** No alternative has the type of what was written, or it is a task of no known type. */
function nothingFits(place: Place): void {
  if (isTaskShape(place.shape) && place.node.kind === 'map') unknownTaskType(place, place.node);
  else wrongType(place);
}

function unknownTaskType({ node, shape, name, around, report }: Place, map: MapNode): void {
  const types = alternativesOf(shape).flatMap((alternative) => taskTypeOf(alternative) ?? []);
  const listed = types.filter((type) => type !== 'graph');
  const written = writtenTaskType(node);
  const type = valueOf(map, 'type');
  if (written === undefined || !type) {
    const says = types.includes('graph')
      ? '`type`, `agent`, `tool`, `workflow` or `tasks`'
      : '`type`, `agent`, `tool` or `workflow`';
    const message = `\`${name}\` does not say what it does: give it ${says}.`;
    report({ code: 'missing-key', severity: 'error', message, range: around });
    return;
  }
  if (written === 'condition') {
    const message = 'A `condition` chooses among tasks of its scope, and a body has none. Put it into `tasks`.';
    report({ code: 'wrong-value', severity: 'error', message, range: type.range });
    return;
  }
  wrongValue(type, written, 'type', listed, report);
}

function checkMap({ node, shape, name, around, report }: Place & { readonly node: MapNode }): void {
  const pairs = pairsOf(node);
  const given = new Set(pairs.map(({ key }) => key));
  for (const pair of pairs) {
    const child = childShape(shape, pair.key);
    if (!child) {
      unknownKey(pair, shape, given, report);
      continue;
    }
    checkKeyName(pair, shape, report);
    checkNode({ node: pair.value, shape: child, name: pair.key, around: pair.keyNode.range, report });
  }
  for (const key of requiredOf(shape)) if (!given.has(key)) missingKey(key, { name, around, node, report });
}

function missingKey(key: string, place: { name: string; around: Range; node: MapNode; report: Report }): void {
  const { name, around, node, report } = place;
  const replaced = pairsOf(node).some((pair) => olderWords[pair.key] === key || closest(pair.key, [key]) === key);
  if (replaced) return; // The wrong word is reported, and its fix mends both.
  const isFile = around.start === around.end;
  const range = isFile ? (node.pairs[0]?.keyNode.range ?? around) : around;
  const fixes: Fix[] =
    isFile && key === 'segue'
      ? [
          {
            title: 'Add segue: "1"',
            preferred: true,
            edits: [{ range: { start: 0, end: 0 }, newText: 'segue: "1"\n' }],
          },
        ]
      : [];
  const where = isFile ? 'This file' : `\`${name}\``;
  report({
    code: 'missing-key',
    severity: 'error',
    message: `${where} has no \`${key}\`, which it needs.`,
    range,
    fixes,
  });
}

function unknownKey(pair: Pair, shape: Shape, given: ReadonlySet<string>, report: Report): void {
  const known = keysOf(shape);
  const older = olderWords[pair.key];
  const free = known.filter((key) => !given.has(key));
  if (older !== undefined && given.has(older)) return twiceSaid(pair, older, report);
  const meant = older !== undefined && known.includes(older) ? older : closest(pair.key, free);
  const message = meant
    ? `\`${pair.key}\` is not a key here: did you mean \`${meant}\`?`
    : `\`${pair.key}\` is not a key here. Known are ${listOf(known)}.`;
  const fixes = meant ? [replaceWith(pair.keyNode.range, meant)] : [];
  report({ code: 'unknown-key', severity: 'error', message, range: pair.keyNode.range, fixes });
}

/** An older word beside the word that means it now. Of a model in two parts a rule says more. */
function twiceSaid({ key, keyNode }: Pair, now: string, report: Report): void {
  if (isHalfOfModel(key)) return;
  const message = `\`${key}\` is called \`${now}\` here, and there is one already: make one of the two.`;
  report({ code: 'unknown-key', severity: 'error', message, range: keyNode.range });
}

/** Names that the author chooses: ids, which expressions say, and names of agents and the like. */
function checkKeyName(pair: Pair, shape: Shape, report: Report): void {
  const names = followed(shape).schema['propertyNames'];
  if (!isJsonObject(names) || typeof names['pattern'] !== 'string') return;
  const dashes = new RegExp(names['pattern']).test('a-b');
  const valid = dashes ? new RegExp(names['pattern']).test(pair.key) : isValidId(pair.key);
  if (valid) return;
  const allowed = dashes ? 'letters, digits, `_` and `-`' : 'letters, digits and `_`';
  const usable = pair.key.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)/, '_');
  const message = `\`${pair.key}\` can not be a name here: use ${allowed}, not a digit first, and none of CEL's own words.`;
  const fixes = isValidId(usable) ? [replaceWith(pair.keyNode.range, usable)] : [];
  report({ code: 'invalid-id', severity: 'error', message, range: pair.keyNode.range, fixes });
}

function checkList(place: Place): void {
  const { node, shape, name, report } = place;
  if (node.kind !== 'list') return;
  const least = followed(shape).schema['minItems'];
  if (typeof least === 'number' && node.items.length < least) {
    report({
      code: 'missing-value',
      severity: 'error',
      message: `\`${name}\` is empty; it needs at least ${least} element${least === 1 ? '' : 's'}.`,
      range: place.around,
    });
  }
  const child = itemShape(shape);
  if (!child) return;
  for (const item of node.items)
    checkNode({ node: item, shape: child, name, around: isMissing(item) ? place.around : item.range, report });
}

function checkScalar({ node, shape, name, report }: Place & { readonly node: ScalarNode }): void {
  const values = valuesOf(shape);
  if (values && name !== 'segue' && !values.includes(node.value))
    return wrongValue(node, node.text, name, values.map(String), report);
  const { schema } = followed(shape);
  checkBounds(node, schema, name, report);
  const pattern = schema['pattern'];
  if (typeof pattern !== 'string' || new RegExp(pattern).test(node.text)) return;
  if (kindOf(shape) === 'model') {
    const message = `A model is written \`provider/model\`, such as \`openai/gpt-5-mini\` or \`mock/small\`; \`${node.text}\` is not.`;
    report({ code: 'invalid-model', severity: 'error', message, range: node.range });
    return;
  }
  if (kindOf(shape) === 'id') return; // `reserved-name` says more.
  const [first] = Array.isArray(schema['examples']) ? schema['examples'] : [];
  const example = first === undefined ? '' : ` Write it like \`${asWritten(first)}\`.`;
  report({
    code: 'wrong-value',
    severity: 'error',
    message: `\`${node.text}\` can not be used as \`${name}\`.${example}`,
    range: node.range,
  });
}

function checkBounds(node: ScalarNode, schema: JsonSchema, name: string, report: Report): void {
  const { minimum, maximum } = schema as { readonly minimum?: Json; readonly maximum?: Json };
  if (schema['minLength'] === 1 && node.value === '') {
    report({ code: 'missing-value', severity: 'error', message: `\`${name}\` is empty.`, range: node.range });
  }
  if (typeof node.value !== 'number') return;
  const least = typeof minimum === 'number' ? minimum : undefined;
  // zod bounds every integer by what a double holds exactly; that is not worth a word.
  const most = typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  const low = least !== undefined && node.value < least;
  const high = most !== undefined && node.value > most;
  if (!low && !high) return;
  const allowed =
    most === undefined ? `at least ${least}` : least === undefined ? `at most ${most}` : `from ${least} to ${most}`;
  report({
    code: 'out-of-range',
    severity: 'error',
    message: `\`${name}\` is ${allowed}, not ${node.text}.`,
    range: node.range,
  });
}

function checkDuration({ node, name, report }: Place): void {
  if (node.kind === 'scalar' && /^\d+(\.\d+)?(ms|s|m|h)$/.test(node.text)) return;
  const isNumber = node.kind === 'scalar' && typeof node.value === 'number';
  const message = isNumber
    ? `\`${name}\` needs a unit: ${node.text}ms, ${node.text}s, ${node.text}m or ${node.text}h.`
    : `\`${name}\` is a duration, such as \`500ms\`, \`30s\`, \`2m\` or \`1h\`.`;
  const fixes = isNumber
    ? ['s', 'ms', 'm'].map((unit) => ({
        title: `Write ${node.text}${unit}`,
        edits: [{ range: node.range, newText: `${node.text}${unit}` }],
      }))
    : [];
  report({ code: 'invalid-duration', severity: 'error', message, range: node.range, fixes });
}

function wrongValue(node: Node, written: string, name: string, values: readonly string[], report: Report): void {
  const meant = closest(written, values);
  const message = meant
    ? `\`${written}\` is not known as \`${name}\`: did you mean \`${meant}\`?`
    : `\`${written}\` is not known as \`${name}\`. Known are ${listOf(values)}.`;
  report({
    code: 'wrong-value',
    severity: 'error',
    message,
    range: node.range,
    fixes: meant ? [replaceWith(node.range, meant)] : [],
  });
}

function wrongType({ node, shape, name, around, report }: Place): void {
  if (isUnquotedText(node, shape)) return unquotedText(node, name, report);
  const expected = [...new Set(alternativesOf(shape).map(expectation))].join(' or ');
  const range = node.range.end > node.range.start ? node.range : around;
  const message = `\`${name}\` must be ${expected}, not ${writtenAs(node)}.`;
  report({ code: 'wrong-type', severity: 'error', message, range, fixes: typeFixes(node, expected) });
}

/** A text that YAML reads as a number, a bool or null, because it has no quotes. */
function isUnquotedText(node: Node, shape: Shape): node is ScalarNode {
  const fits = alternativesOf(shape).some((alternative) => typesOf(alternative).includes('string'));
  return fits && node.kind === 'scalar' && node.style === 'plain' && node.value !== null;
}

function unquotedText(node: ScalarNode, name: string, report: Report): void {
  const read = String(node.value) === node.text ? '' : ` as ${String(node.value)}`;
  report({
    code: 'unquoted-text',
    severity: 'error',
    message: `\`${name}\` is a text: put it in quotes. Without them YAML reads a ${typeof node.value === 'number' ? 'number' : 'truth value'}${read}.`,
    range: node.range,
    fixes: [{ title: 'Put it in quotes', preferred: true, edits: [{ range: node.range, newText: `"${node.text}"` }] }],
  });
}

function typeFixes(node: Node, expected: string): readonly Fix[] {
  if (node.kind !== 'scalar') return [];
  if (expected === 'a list') {
    return [
      {
        title: 'Make it a list',
        preferred: true,
        edits: [
          { range: { start: node.range.start, end: node.range.start }, newText: '[' },
          { range: { start: node.range.end, end: node.range.end }, newText: ']' },
        ],
      },
    ];
  }
  return [];
}

function expectation(shape: Shape): string {
  const values = valuesOf(shape)?.map(asWritten);
  if (values) return values.length === 1 ? listOf(values) : `one of ${listOf(values)}`;
  const types = typesOf(shape);
  if (types.includes('object')) {
    const required = requiredOf(shape);
    return required.length > 0 ? `a map with ${listOf(required)}` : 'a map';
  }
  return types.map((type) => typeWords[type] ?? type).join(' or ');
}

/** A value as it stands in a file. */
function asWritten(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const typeWords: { readonly [type: string]: string } = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
};

function writtenAs(node: Node): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (typeof node.value === 'number') return `the number ${node.text}`;
  return typeof node.value === 'string' ? 'a text' : `\`${node.text}\``;
}

function replaceWith(range: Range, newText: string): Fix {
  return { title: `Change to ${newText}`, preferred: true, edits: [{ range, newText }] };
}

function listOf(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}
