// TypeScript types of the tools that a workflow declares, for the people who write their code.
import { isJsonObject, type Json, type JsonSchema } from '../schemas/index.ts';
import type { ModuleTool } from './model/model.ts';

/**
 * @param tools the tools of one module
 * @param from the workflow file, for the reader
 * @returns the text of a `.d.ts`: an interface `Tools` with the type of each function
 */
export function toolTypes(tools: readonly ModuleTool[], from: string): string {
  return `// Written by \`segue types ${from}\`, which writes it anew: what stands here comes from the workflow.

/** What a tool is told of its call. */
export interface ToolContext {
  /** Aborts when the call is cut; the process is ended a second later. */
  readonly signal: AbortSignal;
  readonly runId: string;
  /** The path of the call. One that was lost and is repeated has another. */
  readonly call: string;
  /** The workspace folder, absolute; also the current folder. */
  readonly workspace: string;
}

export type Tool<Input, Output> = (input: Input, context: ToolContext) => Output | Promise<Output>;

export interface Tools {
${tools.map(memberOf).join('\n')}
}
`;
}

function memberOf({ name, description, input, output }: ModuleTool): string {
  const result = output ? typeOf(output, '  ') : 'unknown';
  return `${docOf(description, '  ')}  readonly ${name}: Tool<${typeOf(input, '  ')}, ${result}>;`;
}

/** What can not be said in a type is left open: the engine checks values against the schema itself. */
function typeOf(schema: Json | undefined, indent: string): string {
  if (!isJsonObject(schema)) return schema === false ? 'never' : 'unknown';
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ');
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(alternatives)) return alternatives.map((one) => typeOf(one, indent)).join(' | ');
  const type = schema['type'];
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one }, indent)).join(' | ');
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${typeOf(schema['items'], indent)})[]`;
    case 'object':
      return objectOf(schema, indent);
    default:
      return 'unknown';
  }
}

function objectOf(schema: JsonSchema, indent: string): string {
  const inner = `${indent}  `;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const fields = Object.entries(isJsonObject(schema['properties']) ? schema['properties'] : {}).map(([name, field]) => {
    const description = isJsonObject(field) ? field['description'] : undefined;
    const docs = typeof description === 'string' ? docOf(description, inner) : '';
    return `${docs}${inner}readonly ${keyOf(name)}${required.includes(name) ? '' : '?'}: ${typeOf(field, inner)};\n`;
  });
  const others = schema['additionalProperties'];
  const open = isJsonObject(others) && fields.length === 0;
  if (open) return `{ readonly [name: string]: ${typeOf(others, indent)} }`;
  if (fields.length === 0) return others === false ? '{}' : '{ readonly [name: string]: unknown }';
  return `{\n${fields.join('')}${indent}}`;
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function docOf(text: string, indent: string): string {
  return `${indent}/** ${text.replaceAll('*/', '* /').replace(/\s+/g, ' ')} */\n`;
}
