import { isJsonObject } from '../../schemas/index.ts';
import { closest } from '../expressions/index.ts';
import type { Template } from '../model/model.ts';
import { jsonOf } from '../model/templates.ts';
import { validateJson } from '../model/validate-json.ts';
import { type Node, type Pair, pairOf, pairsOf } from '../syntax/tree.ts';
import { type Facts, listed, replaceFix, type Report } from './rule.ts';

/** The `with` of a tool task must be an input that the tool takes, as far as that can be known before a run. */
export function toolInput(facts: Facts, report: Report): void {
  for (const { node, read, nameRange } of facts.tasks) {
    if (read?.type !== 'tool') continue;
    const input = facts.tools.find((tool) => tool.name === read.tool)?.input;
    if (!input) continue;
    const fields = isJsonObject(input['properties']) ? input['properties'] : {};
    const closed = input['additionalProperties'] === false;
    const written = pairOf(node, 'with');
    for (const pair of pairsOf(written?.value)) {
      const field = fields[pair.key];
      if (isJsonObject(field)) checkField(pair, field, read.with, report);
      else if (closed) unknownField(pair, read.tool, Object.keys(fields), report);
    }
    const required = Array.isArray(input['required']) ? input['required'].map(String) : [];
    const keys = pairsOf(written?.value).map((pair) => pair.key);
    const lacking = required.filter((key) => !keys.some((name) => name === key || closest(name, [key]) === key));
    if (lacking.length === 0 || (written && written.value.kind !== 'map')) continue;
    const message = `The tool \`${read.tool}\` needs ${listed(lacking)} in \`with\`.`;
    report({ code: 'missing-key', severity: 'error', message, range: written?.keyNode.range ?? nameRange });
  }
}

function unknownField(pair: Pair, tool: string, fields: readonly string[], report: Report): void {
  const meant = closest(pair.key, fields);
  const message = meant
    ? `The tool \`${tool}\` has no input \`${pair.key}\`: did you mean \`${meant}\`?`
    : `The tool \`${tool}\` has no input \`${pair.key}\`. It takes ${listed(fields)}.`;
  const fixes = meant ? [replaceFix(pair.keyNode.range, meant)] : [];
  report({ code: 'unknown-key', severity: 'error', message, range: pair.keyNode.range, fixes });
}

/** Only values without expressions are known before a run. */
function checkField(
  pair: Pair,
  schema: { [key: string]: unknown },
  template: Template | undefined,
  report: Report,
): void {
  if (!isLiteral(pair.key, template)) return;
  const [problem] = validateJson(schema as Parameters<typeof validateJson>[0], jsonOf(pair.value as Node));
  if (!problem) return;
  const message = `\`${pair.key}\`${problem.path === '' ? '' : ` at \`${problem.path}\``} ${problem.message}.`;
  report({ code: 'wrong-type', severity: 'error', message, range: pair.value.range });
}

function isLiteral(key: string, template: Template | undefined): boolean {
  if (template?.kind === 'literal') return true;
  return template?.kind === 'map' && template.entries.some(([name, entry]) => name === key && entry.kind === 'literal');
}
