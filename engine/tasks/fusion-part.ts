// The agent that fuses: what it is asked, and what its answer must be.
import { isJsonObject } from '../../run/index.ts';
import { bestSchema, branchesOf, givesBest } from '../../workflow/index.ts';
import type { AgentTask, ParallelTask } from '../../workflow/model/model.ts';
import { branchOutputs } from './branches.ts';
import type { PartPlan } from './parts.ts';
import type { CoreState, TaskNode } from './state.ts';
import { resolveTexts, textOf } from './values.ts';

/** The part `fusion`; undefined where nobody is asked. */
export function fusionPart(state: CoreState, node: TaskNode, task: ParallelTask): PartPlan | undefined {
  const { agent, strategy } = task.fusion;
  if (!agent) return undefined;
  const outputs = branchOutputs(node);
  const prompt = promptOf(state, node, task);
  return {
    key: 'fusion',
    task:
      strategy === 'best_of'
        ? amongThese(
            agent,
            outputs.map(([name]) => name),
          )
        : agent,
    place: branchesOf(task).length,
    given: { prompt },
  };
}

/** Only what is there can be the best. */
function amongThese(judge: AgentTask, names: readonly string[]): AgentTask {
  return givesBest(judge.agent?.outputSchema) ? judge : { ...judge, outputSchema: bestSchema(names) };
}

function promptOf(state: CoreState, node: TaskNode, { fusion }: ParallelTask): string {
  const criteria = resolveTexts(state, node, fusion.criteria);
  const asked = isJsonObject(node.input) ? node.input['prompt'] : undefined;
  const answers = branchOutputs(node).map(([name, value]) => `## ${name}\n\n${textOf(value)}`);
  const isJudged = fusion.strategy === 'best_of';
  return [
    isJudged
      ? 'Choose the best of these answers. Give each a score from 0 (useless) to 1 (perfect), and name the best in `best`.'
      : 'Make one answer of these.',
    ...(criteria.length > 0 ? [`Criteria:\n${criteria.map((one) => `- ${one}`).join('\n')}`] : []),
    ...(asked === undefined ? [] : [`What was asked:\n\n${textOf(asked)}`]),
    `The answers:\n\n${answers.join('\n\n')}`,
  ].join('\n\n');
}
