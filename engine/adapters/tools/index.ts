// The front door of the tools: those that come with Segue, and the gate that every call passes.
export { type BuiltinToolParts, type BuiltinTools, createBuiltinTools } from './builtin-tools.ts';
export { callTool, type ToolCallParts } from './call-tool.ts';
