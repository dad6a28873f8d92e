import { isJsonObject } from '../../schemas/index.ts';
import { checkGiven } from './given-input.ts';
import type { Facts, Report } from './rule.ts';

/** The `with` of a tool task must be an input that the tool takes. */
export function toolInput(facts: Facts, report: Report): void {
  for (const { node, read, nameRange } of facts.tasks) {
    if (read?.type !== 'tool') continue;
    const input = facts.tools.find((tool) => tool.name === read.tool)?.input;
    if (!input) continue;
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
