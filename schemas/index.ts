// The front door of `schemas`: the shape of our files as data. The JSON is generated (`scripts/generate-schemas.ts`) from
// the zod source, which only that script and the tests load.
import agentJson from './segue-agent.schema.json' with { type: 'json' };
import configJson from './segue-config.schema.json' with { type: 'json' };
import workflowJson from './segue-workflow.schema.json' with { type: 'json' };
import type { JsonSchema } from './json.ts';

export { isJsonObject, type Json, type JsonObject, type JsonSchema } from './json.ts';
export { builtinTools } from './builtin-tools.ts';
export { memoryTools } from './engine-tools.ts';
export type { ToolSchema } from './tool-schema.ts';
export type { ValueKind } from './source/parts.ts';

/** The JSON Schema of `*.segue.yaml`. `x-segue` says what a value names or means beyond its JSON type. */
export const workflowSchema: JsonSchema = workflowJson;
/** The JSON Schema of `.segue/config.yaml`. */
export const configSchema: JsonSchema = configJson;
/** The JSON Schema of `*.agent.yaml`. */
export const agentSchema: JsonSchema = agentJson;
