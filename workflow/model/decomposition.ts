// What the supervisor of a team answers when it divides the work, and what there is to say of the team's work.
import type { Json, JsonObject, JsonSchema } from '../../schemas/index.ts';
import type { AgentTask, SupervisorTask } from './model.ts';

/** Who may get a subtask, and how that is decided. */
export interface Team {
  readonly assign: SupervisorTask['assign'];
  /** Named like their agents. */
  readonly specialists: readonly Pick<AgentTask, 'name' | 'agent'>[];
  readonly maxSubtasks: number;
}

/**
 * @param isFirst whether it is asked of the first round: mock models, which nobody told what to say, have work done then
 *   and are done afterwards
 * @returns the schema of a decomposition: `{done, subtasks: [{id, instructions, specialist or capability, needs}]}`
 */
export function decompositionSchema(team: Team, isFirst: boolean): JsonSchema {
  const target = targetOf(team);
  const properties: JsonObject = {
    id: { type: 'string', description: 'A short name for the subtask, such as `market_size`.' },
    instructions: { type: 'string', description: 'All that whoever does it must know.' },
    ...target.property,
    needs: {
      type: 'array',
      items: { type: 'string' },
      description: 'The ids of subtasks whose results it builds on.',
    },
  };
  return {
    type: 'object',
    required: ['done', 'subtasks'],
    properties: {
      done: { type: 'boolean', description: 'True if nothing more is to be given out; the answer is written then.' },
      subtasks: {
        type: 'array',
        items: { type: 'object', required: Object.keys(properties), properties },
        description: 'What is to be done in this round. Empty if done.',
      },
    },
    examples: [isFirst ? sampleOf(team, target) : { done: true, subtasks: [] }],
  };
}

/** What says who gets a subtask: a property of it, if there is one, and what it may hold. */
interface Target {
  readonly property: JsonObject;
  readonly key?: 'specialist' | 'capability';
  readonly names: readonly string[];
}

function targetOf({ assign, specialists }: Team): Target {
  const names = specialists.map(({ name }) => name);
  switch (assign) {
    case 'model':
      return { property: { specialist: oneOf(names, 'Who is to do it.') }, key: 'specialist', names };
    case 'capability': {
      const words = [...new Set(specialists.flatMap(({ agent }) => agent?.capabilities ?? []))];
      return {
        property: { capability: oneOf(words, 'What whoever does it must be good at.') },
        key: 'capability',
        names: words,
      };
    }
    case 'least_busy':
      return { property: {}, names };
  }
}

function oneOf(names: readonly string[], description: string): JsonObject {
  return { type: 'string', ...(names.length > 0 && { enum: [...names] }), description };
}

/** Something for everybody, so that a run on mock models shows the whole team at work. */
function sampleOf({ maxSubtasks }: Team, { key, names }: Target): Json {
  const subtasks = names.slice(0, maxSubtasks).map((name, place) => ({
    id: `part_${place + 1}`,
    instructions: `This is a mock subtask for ${name}.`,
    ...(key && { [key]: name }),
    needs: [],
  }));
  return { done: subtasks.length === 0, subtasks };
}

/** The properties of what a team says of its work beside its output. */
export const teamDetails: JsonObject = {
  rounds: { type: 'integer', description: 'How many times subtasks were given out.' },
  assignments: {
    type: 'array',
    items: {
      type: 'object',
      required: ['id', 'round', 'status'],
      properties: {
        id: { type: 'string' },
        specialist: { type: 'string', description: 'Missing if nobody was chosen before it was dropped.' },
        round: { type: 'integer' },
        status: { type: 'string', enum: ['completed', 'failed', 'cancelled', 'skipped'] },
      },
      additionalProperties: false,
    },
    description: 'What was given to whom, and what became of it.',
  },
};
