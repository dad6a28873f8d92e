// The front door of `workflow`: text in, diagnostics and a typed model out. Pure.
export * from './model/model.ts';
export { checkAgent, checkConfig, checkSteps, checkWorkflow } from './check.ts';
export { maxPlaces, type OtherFile, type OtherFiles } from './files.ts';
export { checkWithFiles } from './gather.ts';
export type { Steps } from './steps.ts';
export { parseDocument, parseSteps, type SyntaxDocument } from './syntax/document.ts';
export {
  itemsOf,
  type MapNode,
  type Node,
  type Pair,
  pairOf,
  pairsOf,
  type ScalarNode,
  valueOf,
} from './syntax/tree.ts';
export { describeKey, type FileKind, type KeyInfo, keysAt, nodeAt } from './shape/keys.ts';
export type { Path } from './shape/shape.ts';
export { type LineMap, lineMap, offsetAt, positionAt } from './syntax/lines.ts';
export { validateJson } from './model/validate-json.ts';
export { isAgentFile, nameOfAgentFile } from './model/agent-files.ts';
export { unconnected } from './model/agent-part.ts';
export { libraryAgents, libraryText } from './library/agents.ts';
export { type Delegable, handoffTask, subAgentTask } from './model/delegation.ts';
export { outputOfAgent } from './model/handoffs.ts';
export { modelsOf } from './model/models.ts';
export { durationMs } from './model/durations.ts';
export { bestSchema, givesBest, joinsTo } from './model/fusion-types.ts';
export { momentMs } from './model/moments.ts';
export { sampleFromSchema } from './model/sample.ts';
export { filesOf, locateTask, modulesOf, plainPath, triedPaths } from './model/called.ts';
export {
  allTasks,
  branchesOf,
  heldBy,
  isWrittenOut,
  planOf,
  tasksOf,
} from './model/plan.ts';
export { toolsDeclaredIn } from './model/read-toolsets.ts';
export { toolTypes } from './tool-types.ts';
export { builtinTools, isJsonObject } from '../schemas/index.ts';
export * from './expressions/index.ts';
