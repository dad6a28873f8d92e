// The tools that come with Segue, as data: what a workflow may name, what a model is told, what `decide` needs to know.
// The code behind them stands in `engine/adapters`; some the engine answers itself.
import { engineTools } from './engine-tools.ts';
import { objectOf, type ToolSchema } from './tool-schema.ts';

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
  ...engineTools,
];
