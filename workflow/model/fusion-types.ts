// The types of what fusions give, from the types of what the branches give.
import { isJsonObject, type JsonSchema } from '../../schemas/index.ts';
import { commonSchema, kindOfSchema, optionalSchema } from '../expressions/index.ts';
import { mergedSchema } from './merged-schema.ts';
import type { Agent, Fusion } from './model.ts';

/** What a branch gives, and why it may give nothing; undefined: it gives something whenever the task completes. */
export interface BranchType {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly absentBecause?: string;
}

/** @returns the JSON Schema of what a fusion gives */
export function fusedOutput({ strategy, agent }: Fusion, branches: readonly BranchType[]): JsonSchema {
  const schemas = branches.map(({ schema }) => schema);
  switch (strategy) {
    case 'collect':
      return collected(branches);
    case 'concat':
      return { text: { type: 'string' }, list: listOf(schemas), either: {} }[joinsTo(schemas)];
    case 'merge':
      return mergedSchema(branches.map(({ schema, absentBecause }) => ({ schema, isCertain: !absentBecause })));
    case 'vote':
    case 'best_of':
      return commonSchema(schemas);
    case 'synthesize':
      return agent?.outputType ?? {};
  }
}

/** @returns what a fusion says beside its output, by name */
export function fusionDetails(
  { strategy, agent }: Fusion,
  branches: readonly BranchType[],
): { readonly [name: string]: JsonSchema } {
  switch (strategy) {
    case 'merge': {
      const conflict = closed({ path: { type: 'string' }, values: { type: 'object' } });
      return { conflicts: { type: 'array', items: conflict } };
    }
    case 'vote': {
      const names: JsonSchema = { type: 'string', enum: branches.map(({ name }) => name) };
      const value = commonSchema(branches.map(({ schema }) => schema));
      const vote = closed({ value, branches: { type: 'array', items: names } });
      return { votes: { type: 'array', items: vote }, tie: { type: 'boolean' } };
    }
    case 'best_of':
      return requiredFields(agent?.outputType);
    default:
      return {};
  }
}

function requiredFields(schema: JsonSchema | undefined): { readonly [name: string]: JsonSchema } {
  const { required, properties } = schema ?? {};
  const fields = isJsonObject(properties) ? Object.entries(properties) : [];
  return Object.fromEntries(
    fields.flatMap(([name, field]) =>
      isJsonObject(field) && Array.isArray(required) && required.includes(name) ? [[name, field] as const] : [],
    ),
  );
}

/** @returns an object type with an optional field for each branch */
export function partialOutput(branches: readonly BranchType[]): JsonSchema {
  return collected(branches.map((branch) => ({ absentBecause: 'its branch may not have finished', ...branch })));
}

/** What a `concat` makes of values of these types: `either`, if only the values tell. */
export function joinsTo(schemas: readonly JsonSchema[]): 'text' | 'list' | 'either' {
  const kinds = schemas.map(kindOfSchema);
  if (kinds.every((kind) => kind === 'list')) return 'list';
  return kinds.every((kind) => kind === 'list' || kind === 'unknown') ? 'either' : 'text';
}

/** What the agent of a `best_of` says, unless it has a schema of its own that names the best. */
export function bestSchema(branches: readonly string[]): JsonSchema {
  const names: JsonSchema = { type: 'string', ...(branches.length > 0 && { enum: [...branches] }) };
  const score: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };
  return closed({
    best: { ...names, description: 'The name of the best answer.' },
    scores: {
      ...closed(Object.fromEntries(branches.map((name) => [name, score]))),
      description: 'A score for each answer, from 0 (useless) to 1 (perfect).',
    },
    reason: { type: 'string', description: 'Why it is the best, in a sentence.' },
  });
}

/** @returns the schema of what the agent of a `best_of` says: its own, if that names the best for sure */
export function bestSchemaOf(agent: Agent | undefined, branches: readonly string[]): JsonSchema {
  return givesBest(agent?.outputSchema) && agent?.outputSchema ? agent.outputSchema : bestSchema(branches);
}

/** Tells whether whatever meets a schema has a text `best`. */
export function givesBest(schema: JsonSchema | undefined): boolean {
  const { required, properties } = schema ?? {};
  const best = isJsonObject(properties) ? properties['best'] : undefined;
  return isJsonObject(best) && best['type'] === 'string' && Array.isArray(required) && required.includes('best');
}

function collected(branches: readonly BranchType[]): JsonSchema {
  const fields = branches.map(({ name, schema, absentBecause }) => {
    return [name, absentBecause === undefined ? schema : optionalSchema(schema, absentBecause)] as const;
  });
  const required = branches.filter(({ absentBecause }) => absentBecause === undefined).map(({ name }) => name);
  return { ...closed(Object.fromEntries(fields)), required };
}

function listOf(schemas: readonly JsonSchema[]): JsonSchema {
  const items = schemas.map(({ items: each }) => (isJsonObject(each) ? each : {}));
  return { type: 'array', items: commonSchema(items) };
}

/** An object with these fields, all of which are there, and no others. */
function closed(properties: { readonly [name: string]: JsonSchema }): JsonSchema {
  return { type: 'object', required: Object.keys(properties), properties, additionalProperties: false };
}
