// Reads a planner: who plans, towards what, and with whom and what.
import { valueOf } from '../syntax/tree.ts';
import { agentPart, humanPart } from './agent-part.ts';
import type { ReadTask, TaskPlace } from './draft.ts';
import { planSchema } from './plan-schema.ts';
import { booleanAt, defined, numberAt, scalarAt, schemaAt, textsAt } from './read.ts';
import type { ReadingContext } from './reading-context.ts';

const defaultMaxTasks = 20;
const defaultMaxReplans = 1;

type ReadPlanner = Omit<Extract<ReadTask, { type: 'planner' }>, 'name' | 'nameRange' | 'range' | 'path' | CommonKey>;
type CommonKey = 'disabled' | 'triggerRule' | 'priority' | 'critical';

/** @returns the keys of a planner's own */
export function readPlanner(context: ReadingContext, place: TaskPlace): ReadPlanner {
  const { node, path, nameRange, surroundings } = place;
  const agents = namedIn(context, place, 'agents', 'agent');
  const tools = namedIn(context, place, 'tools', 'tool');
  const maxTasks = numberAt(node, 'max_tasks') ?? defaultMaxTasks;
  const name = scalarAt(node, 'agent');
  if (name) context.use('agent', name, 'agent', () => context.namesOf('agent'));
  const part = { name: 'plan', path: `${path}/plan[]`, range: name?.range ?? nameRange };
  const approval = {
    name: 'approval',
    path: `${path}/approval[]`,
    range: valueOf(node, 'approve')?.range ?? nameRange,
  };
  return {
    type: 'planner',
    planner: agentPart({
      ...part,
      agentName: name?.text ?? '',
      agent: context.agentNamed(name?.text ?? ''),
      outputSchema: planSchema(agents, tools, maxTasks),
    }),
    goal: context.templates.template(valueOf(node, 'goal'), surroundings) ?? {
      kind: 'literal',
      value: '',
      place: { file: context.file, range: nameRange },
    },
    mayUse: { agents: agents.flatMap((agent) => context.agentNamed(agent) ?? []), tools },
    maxTasks,
    maxReplans: numberAt(node, 'max_replans') ?? defaultMaxReplans,
    ...defined({
      approval: booleanAt(node, 'approve') ? humanPart(approval, ['approve', 'reject']) : undefined,
      outputSchema: schemaAt(node, 'output_schema'),
    }),
  };
}

/** The names that `may_use` lists, without repeats. */
function namedIn(
  context: ReadingContext,
  { node }: TaskPlace,
  key: 'agents' | 'tools',
  kind: 'agent' | 'tool',
): readonly string[] {
  const names = textsAt(valueOf(node, 'may_use'), key);
  for (const name of names) context.use(kind, name, key, () => context.namesOf(kind));
  return [...new Set(names.map(({ text }) => text))];
}
