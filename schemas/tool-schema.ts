import type { JsonSchema } from './json.ts';

/** What a tool is, for a model and for the engine. */
export interface ToolSchema {
  readonly name: string;
  readonly description: string;
  readonly input: JsonSchema;
  /** The JSON Schema of its result, if it is known. */
  readonly output?: JsonSchema;
  /** Whether a lost call may be repeated: `once` may not. */
  readonly effect: 'none' | 'repeatable' | 'once';
  /** Whether a person is asked before it runs: `first` asks the first time in a run. */
  readonly asks: 'never' | 'first';
  /** Set if the engine answers it from what it knows of the run: no call leaves. */
  readonly answeredBy?: 'engine';
}

/** The schema of an object that has these fields and no others. @param optional names of those that may be missing */
export function objectOf(
  properties: { readonly [name: string]: JsonSchema },
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}
