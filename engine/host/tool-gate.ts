// Which tools this engine has, and the way of a call to its tool: through `callTool`, and no other way.
import { callTool, createBuiltinTools } from '../adapters/tools/index.ts';
import { createWorkspaceFiles } from '../adapters/files/index.ts';
import type { RunId, RunStarted, ToolDescriptor } from '../../run/index.ts';
import { builtinTools, validateJson } from '../../workflow/index.ts';
import type { CallResult, Tool, ToolTaskCall } from '../ports/index.ts';

export interface ToolGate {
  readonly descriptors: readonly ToolDescriptor[];
  call(call: ToolTaskCall, started: RunStarted, runId: RunId, signal: AbortSignal): Promise<CallResult>;
  /** Ends what the tools started. */
  close(): Promise<void>;
}

/**
 * @param calculatorWorker the script of the calculator's thread
 * @param extra tools beyond the builtin ones
 */
export function createToolGate(calculatorWorker: string, extra: readonly Tool[]): ToolGate {
  const builtin = createBuiltinTools({ descriptors: builtinTools, calculatorWorker });
  const tools = [...builtin.tools, ...extra];
  const byName = new Map(tools.map((tool) => [tool.descriptor.name, tool]));
  return {
    descriptors: tools.map((tool) => tool.descriptor),
    close: () => builtin.close(),
    async call({ tool: name, input, path }, { workspace, trusted }, runId, signal) {
      const files = createWorkspaceFiles(workspace);
      const context = { runId, call: path, files, signal, trusted };
      return { outcome: await callTool({ name, tool: byName.get(name), input, context, validate: validateJson }) };
    },
  };
}
