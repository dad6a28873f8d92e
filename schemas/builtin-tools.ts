// The tools that come with Segue, as data: what a workflow may name, what a model is told, what `decide` needs to know.
// The code behind them stands in `engine/adapters`.
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
}

const path = {
  type: 'string',
  minLength: 1,
  description: 'Path of the file, relative to the workspace folder, with `/` between its parts.',
};

export const builtinTools: readonly ToolSchema[] = [
  {
    name: 'calculator',
    description:
      'Evaluates a mathematical expression, such as `(3 + 4) * 12`, `sqrt(2)` or `12.5 cm to inch`. Use it for any arithmetic.',
    input: objectOf({
      expression: { type: 'string', minLength: 1, maxLength: 1000, description: 'The expression to evaluate.' },
    }),
    output: objectOf({
      result: { type: ['number', 'string'], description: 'A number; a text for results with a unit.' },
    }),
    effect: 'none',
    asks: 'never',
  },
  {
    name: 'read_file',
    description: 'Reads a text file of the workspace.',
    input: objectOf({ path }),
    output: objectOf({ text: { type: 'string', description: 'The whole text of the file.' } }),
    effect: 'none',
    asks: 'never',
  },
  {
    name: 'write_file',
    description: 'Writes a text file in the workspace, and replaces it if it exists. Folders are made as needed.',
    input: objectOf({ path, text: { type: 'string', description: 'The whole new text of the file.' } }),
    output: objectOf({ bytes: { type: 'integer', description: 'How many bytes were written.' } }),
    effect: 'repeatable',
    asks: 'first',
  },
];

function objectOf(properties: { readonly [name: string]: JsonSchema }): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
