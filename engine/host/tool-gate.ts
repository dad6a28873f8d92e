// Which tools this engine has, and the way of a call to its tool.
import { failure, type RunId, type RunStarted, type ToolDescriptor } from '../../run/index.ts';
import type { CallResult, Tool, ToolTaskCall, WorkspaceFiles } from '../ports/index.ts';

export interface ToolGate {
  readonly descriptors: readonly ToolDescriptor[];
  call(call: ToolTaskCall, started: RunStarted, runId: RunId, signal: AbortSignal): Promise<CallResult>;
}

/** @param filesOf gives the files of a workspace folder */
export function createToolGate(tools: readonly Tool[], filesOf: (workspace: string) => WorkspaceFiles): ToolGate {
  const byName = new Map(tools.map((tool) => [tool.descriptor.name, tool]));
  return {
    descriptors: tools.map((tool) => tool.descriptor),
    async call(call, started, runId, signal) {
      const tool = byName.get(call.tool);
      if (!tool) return { outcome: { status: 'failed', error: unknownTool(call.tool) } };
      const files = filesOf(started.workspace);
      const context = { runId, call: call.path, files, signal, trusted: started.trusted };
      return { outcome: await tool.call(call.input, context) };
    },
  };
}

function unknownTool(name: string): ReturnType<typeof failure> {
  return failure('unknown_tool', `This engine has no tool "${name}".`, {
    remedy: 'The run was started by an engine that had it; use the same version of Segue.',
  });
}
