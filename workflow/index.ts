// The front door of `workflow`: text in, diagnostics and a typed model out. Pure.
export * from './model/model.ts';
export { type CheckRequest, checkConfig, checkWorkflow } from './check.ts';
export { parseDocument, type SyntaxDocument } from './syntax/document.ts';
export {
  isMissing,
  itemsOf,
  type ListNode,
  type MapNode,
  type Node,
  type Pair,
  pairOf,
  pairsOf,
  type ScalarNode,
  type ScalarStyle,
  valueOf,
} from './syntax/tree.ts';
export { describeKey, type FileKind, type KeyInfo, keysAt, nodeAt } from './shape/keys.ts';
export type { Path } from './shape/shape.ts';
export { durationMs } from './model/durations.ts';
export { type LineMap, lineMap, offsetAt, type Position, positionAt } from './syntax/lines.ts';
export { type JsonProblem, problemOfSchema, validateJson } from './model/validate-json.ts';
export { sampleFromSchema } from './model/sample.ts';
export {
  allTasks,
  bodiesOf,
  type PlanRange,
  planOf,
  tasksOf,
  type WorkflowPlan,
  type WorkflowPlanTask,
} from './model/plan.ts';
export { builtinTools, type ToolSchema, type ValueKind } from '../schemas/index.ts';
export * from './expressions/index.ts';
