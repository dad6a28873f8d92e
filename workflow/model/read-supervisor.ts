// Reads a `supervisor`: the agents at work in it become tasks of their own.
import { valueOf } from '../syntax/tree.ts';
import { agentPart } from './agent-part.ts';
import { decompositionSchema, type Team } from './decomposition.ts';
import type { TaskPlace } from './draft.ts';
import type { AgentTask, JsonSchema, SupervisorTask } from './model.ts';
import { defined, numberAt, scalarAt, schemaAt, textsAt, wordAt } from './read.ts';
import type { ReadingContext } from './reading-context.ts';

const defaultMaxRounds = 5;
const defaultMaxSubtasks = 10;

/** What a `supervisor` has beside what every task has. */
type OwnKeys = Pick<
  SupervisorTask,
  | 'type'
  | 'goal'
  | 'plan'
  | 'replan'
  | 'synthesis'
  | 'specialists'
  | 'assign'
  | 'maxRounds'
  | 'maxSubtasks'
  | 'maxParallel'
>;

/** The task at a place whose `type` is `supervisor`. */
export function readSupervisor(context: ReadingContext, place: TaskPlace): OwnKeys {
  const { node, surroundings } = place;
  const specialists = readSpecialists(context, place);
  const assign = wordAt(node, 'assign', ['model', 'capability', 'least_busy'] as const) ?? 'model';
  const maxSubtasks = numberAt(node, 'max_subtasks') ?? defaultMaxSubtasks;
  const team: Team = { assign, maxSubtasks, specialists };
  const leads = leaderOf(context, place);
  return {
    type: 'supervisor',
    goal: context.templates.template(valueOf(node, 'goal'), surroundings) ?? {
      kind: 'literal',
      value: '',
      place: { file: context.file, range: place.nameRange },
    },
    plan: leads('plan', `${place.path}/plan[]`, decompositionSchema(team, true)),
    replan: leads('plan', `${place.path}/plan[]`, decompositionSchema(team, false)),
    synthesis: leads('synthesis', `${place.path}/synthesis`, schemaAt(node, 'output_schema')),
    specialists,
    assign,
    maxRounds: numberAt(node, 'max_rounds') ?? defaultMaxRounds,
    maxSubtasks,
    ...defined({ maxParallel: numberAt(node, 'max_parallel') }),
  };
}

type PartOf = (name: string, path: string, outputSchema: JsonSchema | undefined) => AgentTask;

/** What the agent that leads the team does there. */
function leaderOf(context: ReadingContext, { node, nameRange }: TaskPlace): PartOf {
  const name = scalarAt(node, 'agent');
  if (name) context.use('agent', name, 'agent', () => context.namesOf('agent'));
  const who = { agentName: name?.text ?? '', agent: name && context.agentNamed(name.text) };
  const range = name?.range ?? nameRange;
  return (part, path, outputSchema) => agentPart({ name: part, path, range, ...who, ...defined({ outputSchema }) });
}

function readSpecialists(context: ReadingContext, { node, path }: TaskPlace): readonly AgentTask[] {
  const parts = new Map<string, AgentTask>();
  for (const scalar of textsAt(node, 'specialists')) {
    const name = scalar.text;
    context.use('agent', scalar, 'specialists', () => context.namesOf('agent'));
    const place = { name, path: `${path}/${name}[]`, range: scalar.range };
    const part = agentPart({ ...place, agentName: name, agent: context.agentNamed(name) });
    if (!parts.has(name)) parts.set(name, part);
  }
  return [...parts.values()];
}
