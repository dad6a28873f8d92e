// Reads what a `parallel` says beside its branches: agents that are all asked the same, and how the outputs become one.
import { itemsOf, type Node, type ScalarNode, valueOf } from '../syntax/tree.ts';
import { agentPart } from './agent-part.ts';
import type { TaskPlace } from './draft.ts';
import { bestSchemaOf } from './fusion-types.ts';
import type { AgentTask, Fusion, ParallelTask } from './model.ts';
import { defined, numberAt, scalarAt, textAt, textsAt, wordAt } from './read.ts';
import type { ReadingContext } from './reading-context.ts';

const strategies = ['collect', 'concat', 'merge', 'vote', 'best_of', 'synthesize'] as const;

type Read = Pick<ParallelTask, 'agents' | 'onItemError' | 'fusion'> &
  Partial<Pick<ParallelTask, 'prompt' | 'maxParallel'>>;

/** @param names of the branches that are written out */
export function readParallel(context: ReadingContext, place: TaskPlace, names: readonly string[]): Read {
  const { node, path, surroundings } = place;
  const agents = textsAt(node, 'agents').map((name) => agentAt(context, `${path}/${name.text}`, name, 'agents'));
  const branches = [...names, ...agents.map(({ name }) => name)];
  return {
    agents,
    onItemError: wordAt(node, 'on_item_error', ['stop', 'finish', 'continue'] as const) ?? 'stop',
    fusion: readFusion(context, place, branches),
    ...defined({
      prompt: context.templates.template(valueOf(valueOf(node, 'with'), 'prompt'), surroundings),
      maxParallel: numberAt(node, 'max_parallel'),
    }),
  };
}

function readFusion(context: ReadingContext, place: TaskPlace, branches: readonly string[]): Fusion {
  const node = valueOf(place.node, 'fusion');
  const strategy = wordAt(node, 'strategy', strategies) ?? 'collect';
  return {
    strategy,
    criteria: itemsOf(valueOf(node, 'criteria')).flatMap(
      (item) => context.templates.template(item, place.surroundings) ?? [],
    ),
    separator: textAt(node, 'separator') ?? '\n\n',
    ties: wordAt(node, 'ties', ['first', 'fail'] as const) ?? 'first',
    ...defined({ agent: readFuser(context, place.path, node, strategy, branches), quorum: numberAt(node, 'quorum') }),
  };
}

/** Who fuses, where somebody has to. */
function readFuser(
  context: ReadingContext,
  path: string,
  node: Node | undefined,
  strategy: Fusion['strategy'],
  branches: readonly string[],
): AgentTask | undefined {
  const name = scalarAt(node, 'agent');
  if (!name) return undefined;
  const task = agentAt(context, `${path}/fusion`, name, 'agent');
  if (strategy === 'synthesize') return { ...task, name: 'fusion' };
  if (strategy !== 'best_of') return undefined;
  const outputSchema = bestSchemaOf(task.agent, branches);
  return { ...task, name: 'fusion', outputSchema, outputType: outputSchema };
}

function agentAt(context: ReadingContext, path: string, name: ScalarNode, by: string): AgentTask {
  context.use('agent', name, by, () => context.namesOf('agent'));
  const agent = context.agentNamed(name.text);
  return agentPart({ name: name.text, path, range: name.range, agentName: name.text, agent });
}
