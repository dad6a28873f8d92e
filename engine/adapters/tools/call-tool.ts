// The one gate that every tool call passes, of tasks and of agents.
//   G1. A tool is called only with an input that meets its schema.
//   G2. Whatever a tool does, an outcome comes of it: never a rejection.
//   G3. What comes of it is JSON, at most 16 MB of it, and meets the schema that the tool has for it, if it has one.
import { type Failure, failure, type Json, type JsonSchema, type Outcome } from '../../../run/index.ts';
import type { Tool, ToolContext } from '../../ports/index.ts';

/** Larger outputs fail. */
const LARGEST_OUTPUT_BYTES = 16 * 1024 * 1024;

/** One call of a tool. */
export interface ToolCallParts {
  /** The name that was asked for. */
  readonly name: string;
  /** The tool of this name, if there is one. */
  readonly tool: Tool | undefined;
  readonly input: Json;
  readonly context: ToolContext;
  /** Says what is wrong with a value: each finding with its place as a JSON pointer. Empty: nothing. */
  readonly validate: (
    schema: JsonSchema,
    value: Json,
  ) => readonly { readonly path: string; readonly message: string }[];
}

type Completed = Extract<Outcome, { output: Json }>;
type Failed = Extract<Outcome, { status: 'failed' }>;

/** Calls a tool. Never rejects. Failures of its own: `unknown_tool invalid_input tool_failed invalid_output output_too_large`. */
export async function callTool(parts: ToolCallParts): Promise<Outcome> {
  const { tool, name, input, context, validate } = parts;
  if (context.signal.aborted) return { status: 'cancelled' };
  if (!tool) return failedWith(unknownTool(name));
  const findings = validate(tool.descriptor.input, input);
  if (findings.length > 0) return failedWith(invalidInput(name, findings));
  try {
    const outcome = await tool.call(input, context);
    if (outcome.status !== 'completed' || !('output' in outcome)) return outcome;
    const written = checked(name, outcome.output);
    return 'output' in written ? promised(written, parts, tool) : written;
  } catch (thrown) {
    if (context.signal.aborted) return { status: 'cancelled' };
    return failedWith(threw(name, thrown));
  }
}

/** An output that is not what expressions and models were told to expect would mislead them. */
function promised(outcome: Completed, { name, validate }: ToolCallParts, { descriptor }: Tool): Outcome {
  const findings = descriptor.output ? validate(descriptor.output, outcome.output) : [];
  return findings.length > 0 ? failedWith(brokenPromise(name, findings)) : outcome;
}

/** Reads the output back from its own text: what is no JSON (undefined, dates, cycles) must not reach a record. */
function checked(name: string, output: unknown): Completed | Failed {
  const written = writeJson(output);
  if ('problem' in written) return failedWith(invalidOutput(name, written.problem));
  if (Buffer.byteLength(written.text) > LARGEST_OUTPUT_BYTES) return failedWith(tooLarge(name));
  const plain: Json = JSON.parse(written.text);
  return { status: 'completed', output: plain };
}

function writeJson(output: unknown): { readonly text: string } | { readonly problem: string } {
  try {
    const text: string | undefined = JSON.stringify(output);
    return text === undefined ? { problem: 'it has no value' } : { text };
  } catch (error) {
    // A cycle, or a BigInt.
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function failedWith(error: Failure): Failed {
  return { status: 'failed', error };
}

function unknownTool(name: string): Failure {
  return failure('unknown_tool', `There is no tool ${JSON.stringify(name)}.`, {
    remedy: 'Use one of the tools that are offered.',
  });
}

type Findings = ReturnType<ToolCallParts['validate']>;

function invalidInput(name: string, findings: Findings): Failure {
  return failure('invalid_input', `The input of ${name} does not meet its schema: ${listed(findings)}.`, {
    remedy: 'Correct the input.',
  });
}

function brokenPromise(name: string, findings: Findings): Failure {
  return failure('invalid_output', `What the tool ${name} gave does not meet its schema: ${listed(findings)}.`, {
    remedy: 'Mend the tool, or the schema of its output.',
  });
}

function listed(findings: Findings): string {
  const words = findings.slice(0, 5).map(({ path, message }) => (path ? `${path} ${message}` : message));
  return words.join('; ') + (findings.length > 5 ? `, and ${findings.length - 5} more` : '');
}

function threw(name: string, thrown: unknown): Failure {
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return failure('tool_failed', `The tool ${name} failed: ${words}`);
}

function invalidOutput(name: string, problem: string): Failure {
  return failure('invalid_output', `What the tool ${name} gave is no JSON: ${problem}.`);
}

function tooLarge(name: string): Failure {
  return failure('output_too_large', `What the tool ${name} gave is larger than 16 MB.`, {
    remedy: 'Ask it for less.',
  });
}
