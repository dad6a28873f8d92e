// Written by `segue types delivery.segue.yaml`, which writes it anew: what stands here comes from the workflow.

/** What a tool is told of its call. */
export interface ToolContext {
  /** Aborts when the call is cut; the process is ended a second later. */
  readonly signal: AbortSignal;
  readonly runId: string;
  /** The path of the call. One that was lost and is repeated has another. */
  readonly call: string;
  /** The workspace folder, absolute; also the current folder. */
  readonly workspace: string;
}

export type Tool<Input, Output> = (input: Input, context: ToolContext) => Output | Promise<Output>;

export interface Tools {
  /** Says which day it is some working days after another. Saturdays and Sundays are left out. */
  readonly add_working_days: Tool<{
    /** The day before the first one that counts. */
    readonly from: string;
    readonly days: number;
  }, {
    readonly date: string;
    readonly weekday: string;
  }>;
  /** Says which day it is some days after another. */
  readonly add_days: Tool<{
    readonly from: string;
    readonly days: number;
  }, {
    readonly date: string;
    readonly weekday: string;
  }>;
}
