import { isJsonObject } from '../../schemas/index.ts';
import { describeProblem } from '../files.ts';
import type { ModuleTool, Range, ToolModule } from '../model/model.ts';
import { jsonOf } from '../model/templates.ts';
import { problemOfSchema } from '../model/validate-json.ts';
import { type Pair, pairOf, pairsOf, valueOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

/** What the services that run models take at most. */
const longestName = 64;

/** Tools whose code is a file of the workspace: the file, and what the workflow says of each tool. */
export function moduleTools(facts: Facts, report: Report): void {
  const taken = new Map<string, Range | undefined>(facts.engineTools.map((tool) => [tool.name, undefined]));
  for (const { module } of facts.workflow.toolsets) {
    if (!module) continue;
    checkFile(module, report);
    for (const tool of module.tools) {
      checkName(tool, taken, facts, report);
      if (!taken.has(tool.name)) taken.set(tool.name, tool.nameRange);
    }
  }
  for (const set of pairsOf(valueOf(facts.document.root, 'toolsets'))) {
    for (const tool of pairsOf(valueOf(set.value, 'tools'))) checkSchemas(tool, report);
  }
}

function checkFile({ path, problem, range }: ToolModule, report: Report): void {
  if (!problem) return;
  report({ code: 'unusable-file', severity: 'error', message: describeProblem(path, problem), range });
}

function checkName(
  tool: ModuleTool,
  taken: ReadonlyMap<string, Range | undefined>,
  facts: Facts,
  report: Report,
): void {
  if (tool.name.length > longestName) {
    const message = `The name of a tool has at most ${longestName} characters; models take no longer ones.`;
    report({ code: 'invalid-id', severity: 'error', message, range: tool.nameRange });
  }
  if (!taken.has(tool.name)) return;
  const earlier = taken.get(tool.name);
  const message = earlier
    ? `There is a tool \`${tool.name}\` already. Export this one under another name.`
    : `\`${tool.name}\` is a tool that comes with Segue. Export yours under another name.`;
  const related = earlier ? [{ file: facts.document.file, range: earlier, message: 'declared here first' }] : [];
  report({ code: 'duplicate-name', severity: 'error', message, range: tool.nameRange, related });
}

function checkSchemas(tool: Pair, report: Report): void {
  for (const key of ['input', 'output']) {
    const pair = pairOf(tool.value, key);
    if (pair?.value.kind !== 'map') continue;
    const schema = jsonOf(pair.value);
    const problem = isJsonObject(schema) ? problemOfSchema(schema) : undefined;
    if (problem !== undefined) {
      const message = `\`${key}\` is not a valid JSON Schema: ${problem}.`;
      report({ code: 'invalid-schema', severity: 'error', message, range: pair.keyNode.range });
    } else if (key === 'input' && isJsonObject(schema) && schema['type'] !== 'object') {
      const message = 'A tool is given a map: its `input` has `type: object`, and `properties` says what is in it.';
      report({ code: 'invalid-schema', severity: 'error', message, range: pair.keyNode.range });
    }
  }
}
