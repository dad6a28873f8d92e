import type { JsonSchema } from '../../schemas/index.ts';
import type { Input } from '../model/model.ts';
import { checkGiven } from './given-input.ts';
import type { Facts, Report } from './rule.ts';

/** The `with` of a workflow task must be inputs that the called file takes. */
export function workflowInput(facts: Facts, report: Report): void {
  for (const { node, read, nameRange } of facts.tasks) {
    if (read?.type !== 'workflow' || !read.called) continue;
    const given = new Map(read.with);
    const input = inputType(read.called.workflow.inputs);
    const taker = `\`${read.reference}\``;
    checkGiven({ taker, input, task: node, nameRange, valueOf: (key) => given.get(key) }, report);
  }
}

function inputType(inputs: readonly Input[]): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(inputs.map(({ name, schema }) => [name, schema])),
    required: inputs.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}
