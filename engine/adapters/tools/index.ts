// The front door of the tools: those that come with Segue, and the gate that every call passes.
export { type InspectedModule, ModuleTools } from './modules/module-tools.ts';
export { createBuiltinTools } from './builtin-tools.ts';
export { callTool } from './call-tool.ts';
