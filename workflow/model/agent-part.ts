// Agents at work inside a pattern: tasks that no file writes out, made of the agents that the pattern names.
import { isJsonObject, type Json, type JsonSchema } from '../../schemas/index.ts';
import { outputOfAgent } from './handoffs.ts';
import type { Agent, AgentTask, HumanTask, Range, Retry } from './model.ts';

/** What a model call does without a `retry` of its own. */
export const modelRetry: Retry = {
  strategy: 'exponential',
  maxAttempts: 3,
  delayMs: 1000,
  maxDelayMs: 30_000,
  base: 2,
  jitter: true,
};

/** Where a part stands. */
interface PartPlace {
  /** The last name in its path, without brackets: `gate`. */
  readonly name: string;
  /** Static path: `draft/gate[]`. */
  readonly path: string;
  /** The place of the file that names the agent, or wants the part. */
  readonly range: Range;
}

/** Where a part stands, and who works there. */
export interface AgentPart extends PartPlace {
  readonly agentName: string;
  readonly agent: Agent | undefined;
  /** What its answer must meet; left out: what the agent says itself. */
  readonly outputSchema?: JsonSchema;
}

/** @returns the task of an agent inside a pattern, which gives it its input */
export function agentPart({ agent, agentName, outputSchema, ...place }: AgentPart): AgentTask {
  return {
    ...commonOf(place),
    type: 'agent',
    agentName,
    retry: modelRetry,
    outputType: outputSchema ?? (agent ? (outputOfAgent(agent) ?? {}) : { type: 'string' }),
    ...(agent && { agent }),
    ...(outputSchema && { outputSchema }),
  };
}

/** @returns the task of a person inside a pattern, which gives it the message */
export function humanPart(place: PartPlace, options: readonly string[]): HumanTask {
  return {
    ...commonOf(place),
    type: 'human',
    message: { kind: 'literal', value: '', place: { file: '', range: place.range } },
    options,
    onTimeout: { kind: 'fail' },
    outputType: { type: 'string', enum: [...options] },
  };
}

/** What a task says of others when no file has written it out. */
export const unconnected = {
  disabled: false,
  needs: [],
  choosers: [],
  triggerRule: 'all_success',
  priority: 5,
  critical: false,
  onError: { kind: 'fail' },
} as const;

/** What stands in a file for other tasks. */
function commonOf(place: PartPlace) {
  return {
    ...place,
    ...unconnected,
    nameRange: place.range,
    canBeSkipped: false,
  } as const;
}

/** What a judge says, unless its agent has a schema of its own that gives a score. */
const verdictSchema: JsonSchema = {
  type: 'object',
  required: ['score', 'feedback'],
  properties: {
    score: { type: 'number', minimum: 0, maximum: 1, description: 'From 0 (useless) to 1 (perfect).' },
    feedback: { type: 'string', description: 'What is to be done better, briefly.' },
  },
};

/** What a critic says, unless it has a schema of its own that gives a score. */
const critiqueSchema: JsonSchema = {
  ...verdictSchema,
  properties: {
    ...(isJsonObject(verdictSchema['properties']) && verdictSchema['properties']),
    criteria: {
      type: 'array',
      description: 'Each criterion, if there are any.',
      items: {
        type: 'object',
        required: ['criterion', 'met', 'comment'],
        properties: { criterion: { type: 'string' }, met: { type: 'boolean' }, comment: { type: 'string' } },
      },
    },
  },
};

/** @returns the schema of a critique: the critic's own, if a score comes with it for sure */
export function critiqueSchemaOf(critic: Agent | 'self' | undefined): JsonSchema {
  const own = critic === 'self' ? undefined : critic?.outputSchema;
  return givesScore(own) && own ? own : critiqueSchema;
}

/** @returns the schema of a judge's verdict: its own, if a score comes with it for sure */
export function verdictSchemaOf(judge: Agent | undefined): JsonSchema {
  return givesScore(judge?.outputSchema) && judge?.outputSchema ? judge.outputSchema : verdictSchema;
}

/** Tells whether whatever meets a schema has a number `score`. */
export function givesScore(schema: JsonSchema | undefined): boolean {
  const { required, properties } = schema ?? {};
  const score: Json | undefined = isJsonObject(properties) ? properties['score'] : undefined;
  const isNumber = isJsonObject(score) && (score['type'] === 'number' || score['type'] === 'integer');
  return isNumber && Array.isArray(required) && required.includes('score');
}
