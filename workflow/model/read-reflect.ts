// Reads what a `reflect` consists of: an agent that writes, and a critic, who may be the same agent.
import type { JsonSchema } from '../../schemas/index.ts';
import { itemsOf, valueOf } from '../syntax/tree.ts';
import { agentPart, critiqueSchemaOf } from './agent-part.ts';
import type { TaskPlace } from './draft.ts';
import type { Agent, AgentTask, NameTypes, Range, ReflectTask } from './model.ts';
import { within } from './names.ts';
import { defined, numberAt, scalarAt, schemaAt } from './read.ts';
import type { ReadingContext } from './reading-context.ts';

const defaultMaxRounds = 3;

/** The word for the agent that writes, where the critic is named. */
export const selfCritic = 'self';

type ReflectKeys = Pick<ReflectTask, 'prompt' | 'messages' | 'draft' | 'critique' | 'criteria' | 'until' | 'maxRounds'>;

/** The keys that only a `reflect` has. */
export function readReflect(context: ReadingContext, place: TaskPlace): ReflectKeys {
  const { node, surroundings } = place;
  const draft = readDraft(context, place);
  const critique = readCritique(context, place, draft);
  const after = within(surroundings, () => roundNames(draft.outputType, critique.outputType));
  const input = valueOf(node, 'with');
  return {
    draft,
    critique,
    criteria: itemsOf(valueOf(node, 'criteria')).flatMap(
      (item) => context.templates.template(item, surroundings) ?? [],
    ),
    maxRounds: numberAt(node, 'max_rounds') ?? defaultMaxRounds,
    ...defined({
      prompt: context.templates.template(valueOf(input, 'prompt'), surroundings),
      messages: context.templates.template(valueOf(input, 'messages'), surroundings),
      until: context.templates.condition(valueOf(node, 'until'), after),
    }),
  };
}

function readDraft(context: ReadingContext, { node, path, nameRange }: TaskPlace): AgentTask {
  const named = namedAgent(context, { node, nameRange }, 'agent');
  const outputSchema = schemaAt(node, 'output_schema');
  return agentPart({ ...named, name: 'draft', path: `${path}/draft[]`, ...defined({ outputSchema }) });
}

function readCritique(context: ReadingContext, { node, path, nameRange }: TaskPlace, draft: AgentTask): AgentTask {
  const place = { name: 'critique', path: `${path}/critique[]` };
  const critic = scalarAt(node, 'critic');
  if (critic?.text === selfCritic) {
    const { agentName, agent } = draft;
    return agentPart({ ...place, range: critic.range, agentName, agent, outputSchema: critiqueSchemaOf('self') });
  }
  const named = namedAgent(context, { node, nameRange }, 'critic');
  return agentPart({ ...place, ...named, outputSchema: critiqueSchemaOf(named.agent) });
}

function namedAgent(
  context: ReadingContext,
  { node, nameRange }: Pick<TaskPlace, 'node' | 'nameRange'>,
  key: string,
): { readonly agentName: string; readonly agent: Agent | undefined; readonly range: Range } {
  const name = scalarAt(node, key);
  if (!name) return { agentName: '', agent: undefined, range: nameRange };
  context.use('agent', name, key, () => context.namesOf('agent'));
  return { agentName: name.text, agent: context.agentNamed(name.text), range: name.range };
}

function roundNames(output: JsonSchema, critique: JsonSchema): NameTypes {
  return {
    output: { kind: 'json', schema: output, description: 'The version that has just been written.' },
    critique: { kind: 'json', schema: critique, description: 'What the critic says of it.' },
    round: { kind: 'json', schema: { type: 'integer', minimum: 1 }, description: 'The number of the version, from 1.' },
  };
}
