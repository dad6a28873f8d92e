// The front door of the core.
export { type Decision, decide, decideAll } from './decide.ts';
export { foldCore, newCore } from './fold.ts';
export { type Decider, type LiveRun, type RunPorts, reopenRun, startRun } from './run.ts';
export type { Submission } from './submissions.ts';
