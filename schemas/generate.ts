// Makes the published JSON Schemas from their source. Only this file and its readers load zod: at run time everyone
// reads the JSON.
import * as z from 'zod';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { agentFile } from './source/agent.ts';
import { configFile } from './source/config.ts';
import { workflowFile } from './source/workflow.ts';

/** @returns for each published file its text. */
export function generateSchemas(): { readonly [file: string]: string } {
  return {
    'segue-workflow.schema.json': schemaText(workflowFile),
    'segue-config.schema.json': schemaText(configFile),
    'segue-agent.schema.json': schemaText(agentFile),
  };
}

function schemaText(source: z.ZodType): string {
  const schema = z.toJSONSchema(source, { io: 'input', target: 'draft-2020-12' }) as JsonObject;
  return `${JSON.stringify(simplify(schema), null, 2)}\n`;
}

/** What zod writes for "any JSON" is a recursive schema; `{}` says the same to every reader. */
function simplify(value: Json): Json {
  if (Array.isArray(value)) return value.map(simplify);
  if (!isJsonObject(value)) return value;
  const kind = value['x-segue'];
  const docs = { ...pick(value, 'description'), ...pick(value, 'examples') };
  if ((kind === 'template' && value['type'] !== 'string') || kind === 'json') return { 'x-segue': kind, ...docs };
  const entries = Object.entries(value).filter(
    ([key, inner]) => !(key === '$defs' && isJsonObject(inner) && Object.keys(inner).length === 0),
  );
  return Object.fromEntries(entries.map(([key, inner]) => [key, inner === undefined ? inner : simplify(inner)]));
}

function pick(value: JsonObject, key: string): JsonObject {
  return value[key] === undefined ? {} : { [key]: value[key] };
}
