// The typed model of a workflow: names resolved, ranges kept. Parsing always returns one, however
// broken the text: what could not be understood is absent, and a diagnostic says so.
import type { Json, JsonObject, JsonSchema } from '../../schemas/json.ts';
import type { Condition, Diagnostic, Expression, Named, Place, Range, Template } from './basics.ts';
import type { Agent, Input, Mock, SharedValue, Toolset, WorkspaceConfig } from './declarations.ts';

export * from './basics.ts';
export * from './declarations.ts';

export type TriggerRule = 'all_success' | 'none_failed' | 'one_success' | 'all_done';

export interface Retry {
  readonly strategy: 'immediate' | 'constant' | 'linear' | 'exponential';
  readonly maxAttempts: number;
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly base: number;
  readonly jitter: boolean;
  /** Failure codes that are retried; undefined: those marked retryable. */
  readonly on?: readonly string[];
}

export type OnError =
  | { readonly kind: 'fail' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'fail_run' }
  | { readonly kind: 'default'; readonly value: Template }
  | { readonly kind: 'fallback'; readonly body: Body };

/** What every task and body has. */
interface TaskCommon extends Named {
  /**
   * Static path: `paragraphs`; inside a for_each or a loop, `paragraphs[]/scan`; a fallback, `draft/fallback`; a stage of a
   * pipeline, `letter/outline`; a branch, `fan/optimist`; its tries, and those of a task with a gate, `letter/outline[]`.
   */
  readonly path: string;
  readonly description?: string;
  readonly disabled: boolean;
  readonly when?: Condition;
  /** Names of tasks in the same scope that must end first: `needs`, and what its references imply, without repeats, file order. */
  readonly needs: readonly string[];
  /** Conditions and routers of the same scope that may choose this task. They are not counted by the trigger rule. */
  readonly choosers: readonly string[];
  readonly triggerRule: TriggerRule;
  /** 0–10, higher first. Default 5. */
  readonly priority: number;
  readonly critical: boolean;
  readonly onError: OnError;
  readonly timeoutMs?: number;
  /** The JSON Schema of its output, as far as it is known (`{}` = anything). */
  readonly outputType: JsonSchema;
  /** True if the task can be skipped and then has no output. */
  readonly canBeSkipped: boolean;
}

export interface AgentTask extends TaskCommon {
  readonly type: 'agent';
  /** Undefined when the name is unknown (a diagnostic says so; such a workflow does not run). */
  readonly agent?: Agent;
  readonly agentName: string;
  readonly prompt?: Template;
  readonly messages?: Template;
  readonly outputSchema?: JsonSchema;
  readonly retry: Retry;
  /** How old an answer may be to be used again; undefined: each request is made. */
  readonly cacheMaxAgeMs?: number;
}

export interface ToolTask extends TaskCommon {
  readonly type: 'tool';
  readonly tool: string;
  readonly with?: Template;
  readonly outputSchema?: JsonSchema;
  readonly retry: Retry;
}

/** Another file that a task calls. */
export interface Called {
  readonly workflow: Workflow;
  /** The text it was read from. */
  readonly text: string;
  /** The JSON Schema of its `outputs`, as one object. */
  readonly outputType: JsonSchema;
}

export interface WorkflowTask extends TaskCommon {
  readonly type: 'workflow';
  /** The file as the task names it. */
  readonly reference: string;
  /** Undefined when the file is not known, or can not be used (a diagnostic says so; such a workflow does not run). */
  readonly called?: Called;
  /** The inputs that it is given, by name. */
  readonly with: readonly (readonly [string, Template])[];
  readonly retry: Retry;
}

export interface ConditionTask extends TaskCommon {
  readonly type: 'condition';
  readonly cases: readonly { readonly when: Condition; readonly to: readonly string[] }[];
  readonly otherwise: readonly string[];
}

export interface ForEachTask extends TaskCommon {
  readonly type: 'for_each';
  readonly items: Template;
  /** The name of the element (`item`), and of its place (`index`, or `<as>_index`). */
  readonly as: string;
  readonly indexName: string;
  readonly maxParallel?: number;
  readonly body: Body;
  readonly onItemError: 'stop' | 'finish' | 'continue';
}

/** Has one of `while` and `until`; a file in which both are missing does not run. */
export interface LoopTask extends TaskCommon {
  readonly type: 'loop';
  /** Looked at before each round. */
  readonly while?: Condition;
  /** Looked at after each round. */
  readonly until?: Condition;
  readonly maxIterations: number;
  readonly body: Body;
  readonly onExhausted: 'fail' | 'continue';
}

/** Looks at what a task gave, and decides what follows. */
export interface Gate {
  /** Sees `output` and `round` beside what the task sees. Undefined if there is a judge. */
  readonly when?: Condition;
  /** Its output has a number `score`, from 0 to 1, and perhaps a text `feedback`. */
  readonly judge?: AgentTask;
  /** What the judge goes by. */
  readonly criteria: readonly Template[];
  /** The score that is enough. */
  readonly minScore: number;
  readonly onFail: 'retry' | 'rollback' | 'fail' | 'continue';
  readonly maxRetries: number;
  readonly onExhausted: 'fail' | 'continue';
}

/** A task that has a gate, around what it does; or a stage of a pipeline, with a gate or without one. */
export interface GatedTask extends TaskCommon {
  readonly type: 'gated';
  readonly gate?: Gate;
  /** What is tried, again and again if need be. Its static path is that of the task with `[]` behind it. */
  readonly body: Body;
}

export interface PipelineTask extends TaskCommon {
  readonly type: 'pipeline';
  /** In the order in which they run. */
  readonly stages: readonly GatedTask[];
}

/** A body that has a name and runs beside others. */
export interface Branch extends Named {
  readonly body: Body;
}

/** How the outputs of branches become one. */
export interface Fusion {
  readonly strategy: 'collect' | 'concat' | 'merge' | 'vote' | 'best_of' | 'synthesize';
  /** Who judges, or makes one of all; undefined if nobody is needed, or nobody is named. */
  readonly agent?: AgentTask;
  readonly criteria: readonly Template[];
  readonly separator: string;
  readonly ties: 'first' | 'fail';
  /** How many completed branches are enough. */
  readonly quorum?: number;
}

/** Has branches that are written out, or agents that are all given the same prompt. */
export interface ParallelTask extends TaskCommon {
  readonly type: 'parallel';
  readonly branches: readonly Branch[];
  readonly agents: readonly AgentTask[];
  readonly prompt?: Template;
  readonly maxParallel?: number;
  readonly onItemError: 'stop' | 'finish' | 'continue';
  readonly fusion: Fusion;
}

/** Among what a router chooses. */
export interface Route {
  /** What its agent calls it: its ids, with `+` between them. */
  readonly name: string;
  readonly to: readonly string[];
  readonly description: string;
}

/** Asks an agent which tasks go on. It makes its calls itself. */
export interface RouterTask extends TaskCommon {
  readonly type: 'router';
  /** Undefined when the name is unknown (a diagnostic says so; such a workflow does not run). */
  readonly agent?: Agent;
  readonly agentName: string;
  readonly prompt?: Template;
  readonly routes: readonly Route[];
  readonly maxRoutes: number;
  readonly retry: Retry;
  /** What its agent's answer must meet: `{routes, reason}`. */
  readonly outputSchema: JsonSchema;
}

/** An agent writes versions, a critic judges each. */
export interface ReflectTask extends TaskCommon {
  readonly type: 'reflect';
  /** What the agent is asked first; afterwards it sees its last version and the critique as well. */
  readonly prompt?: Template;
  readonly messages?: Template;
  /** Writes a version. Static path: that of the task with `/draft[]` behind it. */
  readonly draft: AgentTask;
  /** Judges one; its output has a number `score`. `…/critique[]`. */
  readonly critique: AgentTask;
  readonly criteria: readonly Template[];
  /** Sees `output`, `critique` and `round`. */
  readonly until?: Condition;
  readonly maxRounds: number;
}

/** A team: the agent that leads it divides the goal into subtasks, in rounds, and makes one answer of the results. */
export interface SupervisorTask extends TaskCommon {
  readonly type: 'supervisor';
  readonly goal: Template;
  /** How the work is divided in the first round; its output meets `decompositionSchema`. */
  readonly plan: AgentTask;
  /** The same in later rounds: it differs in the example alone that stands in for an answer. */
  readonly replan: AgentTask;
  /** What each specialist does with a subtask, without repeats. Named like its agent. */
  readonly specialists: readonly AgentTask[];
  readonly synthesis: AgentTask;
  readonly assign: 'model' | 'capability' | 'least_busy';
  readonly maxRounds: number;
  /** In one round. */
  readonly maxSubtasks: number;
  readonly maxParallel?: number;
}

/** An agent plans tasks; the plan is checked like a file, and run. */
export interface PlannerTask extends TaskCommon {
  readonly type: 'planner';
  /** Who plans: `build/plan[]`. Its output schema is that of a plan. */
  readonly planner: AgentTask;
  readonly goal: Template;
  /** What a plan may consist of. Agents and tools that are not known are left out; such a file does not run. */
  readonly mayUse: { readonly agents: readonly Agent[]; readonly tools: readonly string[] };
  /** A person is asked about each plan: `build/approval[]`. */
  readonly approval?: HumanTask;
  readonly maxTasks: number;
  readonly maxReplans: number;
  readonly outputSchema?: JsonSchema;
}

export interface SetTask extends TaskCommon {
  readonly type: 'set';
  readonly values?: Template;
  /** Declared shared values to write, in the event of the task's end. */
  readonly shared: readonly (readonly [string, Template])[];
}

export interface HumanTask extends TaskCommon {
  readonly type: 'human';
  readonly message: Template;
  readonly options?: readonly string[];
  readonly form?: JsonSchema;
  readonly onTimeout:
    | { readonly kind: 'fail' }
    | { readonly kind: 'skip' }
    | { readonly kind: 'default'; readonly value: Template };
}

/** Has one of the two; a file in which both are missing does not run. */
export interface WaitTask extends TaskCommon {
  readonly type: 'wait';
  readonly durationMs?: number;
  /** Gives RFC 3339 text. */
  readonly until?: Template;
}

export interface TerminateTask extends TaskCommon {
  readonly type: 'terminate';
  /** How the run ends. */
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly message?: Template;
}

export type Task =
  | AgentTask
  | ToolTask
  | WorkflowTask
  | ConditionTask
  | ForEachTask
  | LoopTask
  | GatedTask
  | PipelineTask
  | ParallelTask
  | RouterTask
  | ReflectTask
  | SupervisorTask
  | PlannerTask
  | SetTask
  | HumanTask
  | WaitTask
  | TerminateTask;

/** One task, or a small graph of tasks with an output. */
export type Body =
  | { readonly kind: 'task'; readonly task: Task }
  | { readonly kind: 'graph'; readonly scope: Scope; readonly when?: Condition };

/** A graph of tasks whose names see each other. */
export interface Scope {
  /** Static path prefix: empty for the file's own tasks, `per_repo[]` inside a for_each or a loop, `T/fallback` in a fallback. */
  readonly path: string;
  /** In file order; ids are unique. */
  readonly tasks: readonly Task[];
  /** The value of the scope; undefined: the output of its last task in the file. */
  readonly output?: Template;
  readonly outputType: JsonSchema;
}

export interface Workflow {
  readonly file: string;
  readonly segue: string;
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly inputs: readonly Input[];
  readonly outputs: readonly (Named & { readonly value: Template })[];
  /** Names of environment variables that expressions may read. */
  readonly env: readonly string[];
  readonly shared: readonly SharedValue[];
  readonly agents: readonly Agent[];
  readonly toolsets: readonly Toolset[];
  /** Tools that a `tool` task may name or an agent lists, all of them, resolved. */
  readonly tools: readonly string[];
  readonly mock: Mock;
  readonly limits: { readonly maxParallel?: number };
  readonly onFailure: { readonly allowPartial: boolean; readonly maxFailureRate: number };
  readonly root: Scope;
}

export type NamedThing =
  | 'agent'
  | 'tool'
  | 'toolset'
  | 'task'
  | 'task-path'
  | 'workflow-file'
  | 'input'
  | 'output'
  | 'branch'
  | 'variable'
  | 'shared'
  | 'env';

/** A name that a file declares. */
export interface DeclaredName extends Named {
  readonly kind: NamedThing;
}

/** A name that is used somewhere, and what it stands for: for definitions, references, renames and completion. */
export interface NameUse {
  readonly kind: NamedThing;
  readonly name: string;
  readonly range: Range;
  /** The letters of the name alone, without its quotes. */
  readonly letters: Range;
  /** The key it stands under (`needs`, `to`, `agent`, …), or `expression`. */
  readonly by: string;
  /** Where the name is declared (the name itself); undefined if it is not, or not visible from here, or comes with Segue. */
  readonly declared: Range | undefined;
  /** The other file that holds what the name stands for. */
  readonly declaredIn: string | undefined;
  /** Where the name is declared, in whatever file; a file that is the thing as a whole is named with its beginning. */
  readonly declaredAt: Place | undefined;
  /** True if the name is known here. */
  readonly known: boolean;
  /** Names that would be known here. */
  candidates(): readonly string[];
}

/** The outcome of parsing and checking: always a model, and all that is wrong with the text. */
export interface Checked {
  readonly workflow: Workflow;
  readonly config: WorkspaceConfig;
  readonly diagnostics: readonly Diagnostic[];
  /** Every name used in the workflow file, in the order of reading; those that nothing is checked about come last. */
  readonly uses: readonly NameUse[];
  /** Every name that the workflow file declares. */
  readonly names: readonly DeclaredName[];
  /** Every expression of the workflow file, in the order of reading. */
  readonly expressions: readonly Expression[];
  /** The texts that come with Segue and were used, by the path that diagnostics name: a run keeps them. */
  readonly library: ReadonlyMap<string, string>;
  /** The paths of all other files that the check has asked for, whether they are there or not. */
  readonly files: readonly string[];
  /** Those of them that nobody has looked for yet: read them and check again. */
  readonly wanted: readonly string[];
}

export type { Json, JsonObject, JsonSchema };
