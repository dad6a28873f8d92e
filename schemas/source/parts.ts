// Small pieces that the schemas of both files are made of. `segue` in a piece's meta says what the value names or
// means; validation, completion and hover read it from the published JSON Schema.
import * as z from 'zod';

/** What a value is beyond its JSON type. */
export type ValueKind =
  | 'agent'
  | 'tool'
  | 'toolset'
  | 'capability'
  | 'task'
  | 'task-path'
  | 'model'
  | 'module'
  | 'workflow-file'
  | 'expression'
  | 'template'
  | 'duration'
  | 'json-schema'
  | 'id'
  | 'json';

interface Docs {
  readonly description: string;
  readonly examples: readonly unknown[];
}

/** Adds what hover, completion and the docs say about a key. */
export function documented<T extends z.ZodType>(schema: T, description: string, ...examples: readonly unknown[]): T {
  return schema.meta({ ...schema.meta(), description, examples } satisfies Docs & z.GlobalMeta as z.GlobalMeta) as T;
}

function ofKind<T extends z.ZodType>(kind: ValueKind, schema: T): T {
  return schema.meta({ 'x-segue': kind }) as T;
}

export const text = () => z.string();
/** Any value; `${{ }}` inside is evaluated. */
export const template = () => ofKind('template', z.json());
/** A text; `${{ }}` inside is evaluated. */
export const textTemplate = () => ofKind('template', z.string());
export const anyJson = () => ofKind('json', z.json());
export const condition = () => ofKind('expression', z.union([z.boolean(), z.string()]));
export const duration = () => ofKind('duration', z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/));
export const jsonSchema = () => ofKind('json-schema', z.looseObject({}));
export const agentName = () => ofKind('agent', z.string());
export const toolName = () => ofKind('tool', z.string());
export const toolsetName = () => ofKind('toolset', z.string());
/** What an agent is good at, in a word. */
export const capabilityName = () =>
  ofKind(
    'capability',
    z
      .string()
      .regex(/^[A-Za-z_][\w-]*$/)
      .meta({ examples: ['research'] }),
  );
export const taskId = () => ofKind('task', z.string());
export const taskPath = () => ofKind('task-path', z.string());
/** Another workflow, relative to the file that names it. Only files of this name are read: nothing else gets into a record. */
export const workflowFile = () =>
  ofKind('workflow-file', z.string().regex(/^(?![/\\])[^:\\]+\.segue\.(?:ya?ml|json)$/));
export const modelName = () => ofKind('model', z.string().regex(/^[A-Za-z_][\w-]*\/\S+$/));

/** A file of JavaScript or TypeScript, by its way from the workflow file. */
export const modulePath = () => ofKind('module', z.string().regex(/^\.\.?\/.*\.[cm]?[jt]s$/));

/** Ids that expressions can say: tasks, inputs, shared values. */
export const id = () => ofKind('id', z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/));
/** Names that expressions never say: agents, toolsets, providers. */
export const name = () => ofKind('id', z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*$/));
