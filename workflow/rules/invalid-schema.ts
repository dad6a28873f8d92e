import type { Json, JsonSchema } from '../../schemas/index.ts';
import { schemaAt } from '../model/read.ts';
import { jsonOf } from '../model/templates.ts';
import { problemOfSchema, validateJson } from '../model/validate-json.ts';
import { type Node, type Pair, pairOf, pairsOf, valueOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

/** JSON Schemas that authors write must be valid ones, and their defaults must meet them. */
export function invalidSchema(facts: Facts, report: Report): void {
  const { root } = facts.document;
  for (const pair of pairsOf(valueOf(root, 'inputs'))) checkDefault(pair, report);
  for (const pair of pairsOf(valueOf(root, 'shared'))) {
    checkDefault(pair, report);
    missingDefault(pair, report);
  }
  const holders: readonly Node[] = [
    ...facts.context.agentDrafts.map((draft) => draft.node),
    ...facts.tasks.map((task) => task.node),
  ];
  for (const holder of holders) {
    for (const key of ['output_schema', 'form']) {
      const pair = pairOf(holder, key);
      const schema = schemaAt(holder, key);
      if (pair && schema) checkSchema(schema, pair, report);
    }
  }
}

function checkDefault(pair: Pair, report: Report): void {
  const schema = jsonOf(pair.value);
  if (!isSchema(schema) || !checkSchema(schema, pair, report)) return;
  const value = valueOf(pair.value, 'default');
  if (!value) return;
  const [problem] = validateJson(schema, jsonOf(value));
  if (!problem) return;
  const where = problem.path === '' ? 'It' : `\`${problem.path}\``;
  const message = `This default is not a value that \`${pair.key}\` allows. ${where} ${problem.message}.`;
  report({ code: 'default-mismatch', severity: 'error', message, range: value.range });
}

function missingDefault(pair: Pair, report: Report): void {
  if (pair.value.kind !== 'map' || valueOf(pair.value, 'default')) return;
  const message = `A shared value begins with its \`default\`, and \`${pair.key}\` has none.`;
  report({ code: 'missing-key', severity: 'error', message, range: pair.keyNode.range });
}

function checkSchema(schema: JsonSchema, pair: Pair, report: Report): boolean {
  const problem = problemOfSchema(schema);
  if (problem === undefined) return true;
  const message = `\`${pair.key}\` is not a valid JSON Schema: ${problem}.`;
  report({ code: 'invalid-schema', severity: 'error', message, range: pair.keyNode.range });
  return false;
}

function isSchema(value: Json): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
