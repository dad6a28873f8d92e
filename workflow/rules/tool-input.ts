import { isJsonObject } from '../../schemas/index.ts';
import { inputOf } from '../model/engine-tool-names.ts';
import { checkGiven } from './given-input.ts';
import type { Facts, Report } from './rule.ts';

/** The `with` of a tool task must be an input that the tool takes. */
export function toolInput(facts: Facts, report: Report): void {
  for (const { node, read, nameRange } of facts.tasks) {
    if (read?.type !== 'tool') continue;
    const tool = facts.tools.find(({ name }) => name === read.tool);
    if (!tool) continue;
    const input = inputOf(tool, read, facts.workflow.shared);
    const given = read.with;
    const valueOf = (key: string) => {
      if (given?.kind === 'map') return given.entries.find(([name]) => name === key)?.[1];
      if (given?.kind !== 'literal') return undefined;
      const value = isJsonObject(given.value) ? given.value[key] : undefined;
      return value === undefined ? undefined : { ...given, value };
    };
    checkGiven({ taker: `The tool \`${read.tool}\``, input, task: node, nameRange, valueOf }, report);
  }
}
