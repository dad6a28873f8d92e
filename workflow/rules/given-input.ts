// What is given to a tool or a called workflow must be what it takes, as far as that can be known before a run.
import { isJsonObject, type JsonSchema } from '../../schemas/index.ts';
import { checkTemplate, closest } from '../expressions/index.ts';
import type { Range, Template } from '../model/model.ts';
import { validateJson } from '../model/validate-json.ts';
import { type Node, type Pair, pairOf, pairsOf } from '../syntax/tree.ts';
import { difference } from './difference.ts';
import { listed, replaceFix, type Report } from './rule.ts';

/** Something that takes an input, and what a task gives it. */
export interface Given {
  /** As the beginning of a sentence: ``The tool `read_file` ``. */
  readonly taker: string;
  /** The JSON Schema of an object. */
  readonly input: JsonSchema;
  /** The task, with its `with`. */
  readonly task: Node;
  readonly nameRange: Range;
  /** What stands under a key of `with`. */
  readonly valueOf: (key: string) => Template | undefined;
}

/** Reports what does not fit: unknown fields, missing ones, and values of another type. */
export function checkGiven({ taker, input, task, nameRange, valueOf }: Given, report: Report): void {
  const fields = isJsonObject(input['properties']) ? input['properties'] : {};
  const closed = input['additionalProperties'] === false;
  const written = pairOf(task, 'with');
  for (const pair of pairsOf(written?.value)) {
    const field = fields[pair.key];
    if (isJsonObject(field)) checkField(pair, field, valueOf(pair.key), report);
    else if (closed) unknownField(pair, taker, Object.keys(fields), report);
  }
  const required = Array.isArray(input['required']) ? input['required'].map(String) : [];
  const keys = pairsOf(written?.value).map((pair) => pair.key);
  const lacking = required.filter((key) => !keys.some((name) => name === key || closest(name, [key]) === key));
  if (lacking.length === 0 || (written && written.value.kind !== 'map')) return;
  const message = `${taker} needs ${listed(lacking)} in \`with\`.`;
  report({ code: 'missing-key', severity: 'error', message, range: written?.keyNode.range ?? nameRange });
}

function unknownField(pair: Pair, taker: string, fields: readonly string[], report: Report): void {
  const meant = closest(pair.key, fields);
  const takes = fields.length > 0 ? `It takes ${listed(fields)}` : 'It takes none';
  const message = meant
    ? `${taker} has no input \`${pair.key}\`: did you mean \`${meant}\`?`
    : `${taker} has no input \`${pair.key}\`. ${takes}.`;
  const fixes = meant ? [replaceFix(pair.keyNode.range, meant)] : [];
  report({ code: 'unknown-key', severity: 'error', message, range: pair.keyNode.range, fixes });
}

/** A value without expressions is checked whole, another one by its type. */
function checkField(pair: Pair, schema: JsonSchema, value: Template | undefined, report: Report): void {
  if (!value) return;
  const problem = value.kind === 'literal' ? problemOfLiteral(schema, value.value) : problemOfType(schema, value);
  if (problem === undefined) return;
  report({ code: 'wrong-type', severity: 'error', message: `\`${pair.key}\`${problem}.`, range: pair.value.range });
}

function problemOfLiteral(schema: JsonSchema, value: Parameters<typeof validateJson>[1]): string | undefined {
  const [problem] = validateJson(schema, value);
  return problem && `${problem.path === '' ? '' : ` at \`${problem.path}\``} ${problem.message}`;
}

function problemOfType(schema: JsonSchema, value: Template): string | undefined {
  const problem = difference(checkTemplate(value).schema, schema);
  return problem && ` does not fit: ${problem}`;
}
