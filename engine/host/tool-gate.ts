// Which tools this engine has, and the way of a call to its tool: through `callTool`, and no other way.
import { callTool, createBuiltinTools, type InspectedModule, ModuleTools } from '../adapters/tools/index.ts';
import { createWorkspaceFiles } from '../adapters/files/index.ts';
import type { Failure, Progress, RunId, RunStarted, ToolDescriptor } from '../../run/index.ts';
import { builtinTools, validateJson } from '../../workflow/index.ts';
import type { CallResult, Tool, ToolTaskCall } from '../ports/index.ts';
import type { EngineFiles } from './layout.ts';

export interface ToolGate {
  readonly descriptors: readonly ToolDescriptor[];
  /** @param report takes what the code of a module prints */
  call(
    call: ToolTaskCall,
    started: RunStarted,
    runId: RunId,
    signal: AbortSignal,
    report: (progress: Progress) => void,
  ): Promise<CallResult>;
  /** Looks at a module of the workspace; this runs its code outside of functions. */
  inspect(
    file: string,
    run: Pick<RunStarted, 'workspace' | 'env'>,
  ): Promise<InspectedModule | { readonly error: Failure }>;
  /** Ends what the tools started. */
  close(): Promise<void>;
}

/** @param extra tools beyond the builtin ones */
export function createToolGate(
  files: Pick<EngineFiles, 'calculatorWorker' | 'moduleHost'>,
  extra: readonly Tool[],
): ToolGate {
  const builtin = createBuiltinTools({ descriptors: builtinTools, calculatorWorker: files.calculatorWorker });
  const modules = new ModuleTools(files.moduleHost);
  const tools = [...builtin.tools, ...extra];
  const byName = new Map(tools.map((tool) => [tool.descriptor.name, tool]));
  return {
    descriptors: [...builtinTools, ...extra.map((tool) => tool.descriptor)],
    async close() {
      modules.close();
      await builtin.close();
    },
    inspect: (file, run) => modules.inspect(file, run),
    async call({ tool: name, input, path }, started, runId, signal, report) {
      const { workspace, trusted, env } = started;
      const descriptor = started.tools.find((tool) => tool.name === name && tool.module);
      const print = (text: string) => report({ type: 'text', call: path, text });
      const tool = descriptor ? modules.tool(descriptor, { workspace, env }, print) : byName.get(name);
      const files = createWorkspaceFiles(workspace);
      const context = { runId, call: path, files, signal, trusted };
      return { outcome: await callTool({ name, tool, input, context, validate: validateJson }) };
    },
  };
}
