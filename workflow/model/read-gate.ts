// Reads the gate of a task, and says what can be named where it stands and inside the task that has it.
import type { JsonSchema } from '../../schemas/index.ts';
import { itemsOf, valueOf } from '../syntax/tree.ts';
import { agentPart, verdictSchemaOf } from './agent-part.ts';
import type { Surroundings, TaskPlace } from './draft.ts';
import type { AgentTask, Gate, NameTypes } from './model.ts';
import { within } from './names.ts';
import { defined, numberAt, scalarAt, wordAt } from './read.ts';
import type { ReadingContext } from './reading-context.ts';

const defaultMinScore = 0.7;
const defaultMaxRetries = 2;

/** @param given the type of what the task gives, asked for when all has been read */
export function readGate(context: ReadingContext, place: TaskPlace, given: () => JsonSchema): Gate | undefined {
  const node = valueOf(place.node, 'gate');
  if (node?.kind !== 'map') return undefined;
  const after = within(place.surroundings, () => ({
    output: {
      kind: 'json',
      get schema() {
        return given();
      },
      description: 'What the task gave.',
    },
    ...roundName,
  }));
  return {
    criteria: itemsOf(valueOf(node, 'criteria')).flatMap(
      (item) => context.templates.template(item, place.surroundings) ?? [],
    ),
    minScore: numberAt(node, 'min_score') ?? defaultMinScore,
    onFail: wordAt(node, 'on_fail', ['retry', 'rollback', 'fail', 'continue'] as const) ?? 'retry',
    maxRetries: numberAt(node, 'max_retries') ?? defaultMaxRetries,
    onExhausted: wordAt(node, 'on_exhausted', ['fail', 'continue'] as const) ?? 'fail',
    ...defined({ when: context.templates.condition(valueOf(node, 'when'), after), judge: readJudge(context, place) }),
  };
}

/** The place of what is tried: its path has brackets, and it sees what the gate said of the try before. */
export function insideGate(place: TaskPlace): TaskPlace {
  return { ...place, path: `${place.path}[]`, surroundings: triedIn(place.surroundings) };
}

function triedIn(outer: Surroundings): Surroundings {
  return within(outer, () => ({ ...gateName, ...roundName }));
}

const roundName: NameTypes = {
  round: { kind: 'json', schema: { type: 'integer', minimum: 1 }, description: 'Which try this is, from 1.' },
};

const gateName: NameTypes = {
  gate: {
    kind: 'object',
    fields: {
      feedback: {
        kind: 'json',
        schema: { type: 'string' },
        optional: true,
        absentBecause: 'the first try has none before it',
        description: 'What is to be done better than in the try before.',
      },
    },
    description: 'What the gate said.',
  },
};

function readJudge(context: ReadingContext, { node, path }: TaskPlace): AgentTask | undefined {
  const judge = scalarAt(valueOf(node, 'gate'), 'judge');
  if (!judge || judge.value === null) return undefined;
  context.use('agent', judge, 'judge', () => context.namesOf('agent'));
  const agent = context.agentNamed(judge.text);
  const place = { name: 'gate', path: `${path}/gate[]`, range: judge.range };
  return agentPart({ ...place, agentName: judge.text, agent, outputSchema: verdictSchemaOf(agent) });
}
