// What the language server answers beyond plain LSP: types of its custom requests. Imports nothing, so that every
// client may use it.

/** The names of the custom requests. */
export const requests = {
  workflowInfo: 'segue/workflowInfo',
  /** Server → client. */
  taskHistory: 'segue/taskHistory',
} as const;

/** The names of the custom notifications. */
export const notifications = {
  /** Client → server: a run has ended, so what was said of past runs is no longer the newest. No parameters. */
  historyChanged: 'segue/historyChanged',
} as const;

/** What a client says about itself in `initializationOptions`. What it leaves out, it does not have. */
export interface ClientOptions {
  /** It answers `segue/taskHistory`. A client that does not say so is never asked. */
  readonly taskHistory?: boolean;
  /** The URI of the page that explains the codes of diagnostics; left out, it is looked for beside the server. */
  readonly docs?: string;
  /** The commands of code lenses that it can carry out. A lens with another one is a text. */
  readonly commands?: readonly LensCommand[];
}

/**
 * What a code lens may do in the client: `segue.run` with the URI of a workflow, `segue.showRun` with the id of a run,
 * `segue.explainCost` with Markdown to show.
 */
export type LensCommand = 'segue.run' | 'segue.showRun' | 'segue.explainCost';

/** `segue/taskHistory`: what past runs of a workflow file say of its tasks. The server asks its client. */
export interface TaskHistoryParams {
  readonly uri: string;
}

/**
 * The answer to `segue/taskHistory`; null when there is no record, or nobody who could read it now. Runs on mock models
 * are left out of all of it: they cost nothing, take no time, and what they say was made up.
 */
export interface TaskHistory {
  /** How many runs it tells of: the newest that have ended, up to a bound. */
  readonly runs: number;
  /** How many runs on mock models were left out among those looked at. */
  readonly mockRuns: number;
  /** By static path, as in the workflow's plan: `paragraphs`, `paragraphs[]/scan`, `fan/optimist`. */
  readonly tasks: { readonly [path: string]: TaskPast };
}

/** What past runs say of one task, and of all that is inside it. */
export interface TaskPast {
  /** In how many of the runs it ran. */
  readonly runs: number;
  readonly last: LastOfTask;
  /** Of one run, over those in which the task completed; null when there is none. */
  readonly mean: SpentOnTask | null;
}

/** What one run spent on a task: on all of its elements, rounds and tries, and on what is inside it. */
export interface SpentOnTask {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Whole nano-dollars (10⁻⁹ USD); null when the price of a call was not known. */
  readonly costNanoUsd: number | null;
  /** From its first beginning to its last end. */
  readonly durationMs: number;
}

/** The newest run in which a task ran. */
export interface LastOfTask extends SpentOnTask {
  readonly runId: string;
  readonly status: 'completed' | 'failed' | 'skipped' | 'cancelled';
  /** Epoch milliseconds. */
  readonly endedAt: number;
  /**
   * What it gave, of several the last: JSON text. Absent when it gave nothing, or too much. Long texts and lists are cut
   * short if `isShortened` says so; the types remain.
   */
  readonly value?: string;
  readonly isShortened?: boolean;
}

/** The commands that the server executes. Editors register them by these names, so a client's own are others. */
export const commands = {
  /** Checks every file of ours in the workspace that is not open. */
  checkWorkspace: 'segue.server.checkWorkspace',
} as const;

/** `segue/workflowInfo`: what a client must know of an open or saved workflow before it starts a run. */
export interface WorkflowInfoParams {
  readonly uri: string;
}

/** The answer to `segue/workflowInfo`; null when there is no such document. */
export interface WorkflowInfo {
  readonly name: string;
  /** In file order. */
  readonly inputs: readonly WorkflowInput[];
  /** Diagnostics of severity error. A run is refused while there are any. */
  readonly errors: number;
  /** The providers that the models of the file and of those it calls name, each once. Mock ones have no secret. */
  readonly providers: readonly WorkflowProvider[];
  /** Tasks at all depths. */
  readonly tasks: number;
  /** The other files that the workflow names, relative to its own folder, with `/`. */
  readonly files: readonly string[];
}

export interface WorkflowInput {
  readonly name: string;
  /** A JSON Schema (draft 2020-12) as its author wrote it. */
  readonly schema: { readonly [key: string]: unknown };
  /** False when the schema has a `default`. */
  readonly required: boolean;
  readonly default?: unknown;
}

export interface WorkflowProvider {
  readonly provider: string;
  /** The name of its key (`OPENAI_API_KEY`); null: none is sent. */
  readonly secret: string | null;
  /** The origin that the workspace's config sets for it, if it does. */
  readonly origin?: string;
}
