import { failure, isJsonObject, type Json, type Outcome, type ToolDescriptor } from '../../../run/index.ts';
import type { Tool, ToolContext } from '../../ports/index.ts';
import { Calculator } from './calculator.ts';

/** What a model is given to read at most; more would fill its context. */
const MOST_READ_BYTES = 1024 * 1024;

/** The tools that come with Segue. */
export interface BuiltinTools {
  readonly tools: readonly Tool[];
  /** Ends what they started. */
  close(): Promise<void>;
}

/** What the builtin tools are made of. */
export interface BuiltinToolParts {
  /** What each tool is; those without code here that the engine does not answer itself are an error. */
  readonly descriptors: readonly ToolDescriptor[];
  /** The file of the calculator's thread: `calculator-worker.cjs` beside a bundle, the `.ts` in a checkout. */
  readonly calculatorWorker: string | URL;
}

/** Joins the descriptors with the code behind them. Inputs reach it through `callTool`, so they meet their schema. */
export function createBuiltinTools({ descriptors, calculatorWorker }: BuiltinToolParts): BuiltinTools {
  const calculator = new Calculator(calculatorWorker);
  const code: { readonly [name: string]: Tool['call'] } = {
    calculator: (input, { signal }) => calculator.evaluate(textAt(input, 'expression'), signal),
    read_file: readFile,
    write_file: writeFile,
  };
  const called = descriptors.filter(({ answeredBy }) => answeredBy !== 'engine');
  const tools = called.map((descriptor): Tool => {
    const call = code[descriptor.name];
    if (!call) throw new Error(`the builtin tool ${descriptor.name} has no code`);
    return { descriptor, call };
  });
  return { tools, close: () => calculator.close() };
}

async function readFile(input: Json, { files }: ToolContext): Promise<Outcome> {
  const read = await files.read(textAt(input, 'path'), MOST_READ_BYTES);
  return 'error' in read
    ? { status: 'failed', error: read.error }
    : { status: 'completed', output: { text: read.text } };
}

async function writeFile(input: Json, { files, trusted }: ToolContext): Promise<Outcome> {
  if (!trusted) return { status: 'failed', error: notTrusted() };
  const written = await files.write(textAt(input, 'path'), textAt(input, 'text'));
  if ('error' in written) return { status: 'failed', error: written.error };
  return { status: 'completed', output: { bytes: written.bytes } };
}

function notTrusted() {
  return failure('not_trusted', 'write_file is off, because the workspace is not trusted.', {
    remedy: 'Trust the workspace and start the run again.',
  });
}

function textAt(input: Json, key: string): string {
  const value = isJsonObject(input) ? input[key] : undefined;
  return typeof value === 'string' ? value : '';
}
