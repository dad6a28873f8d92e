// A workflow while it is being built: what was read, before names are resolved. Only `model/` and `rules/` see drafts;
// rules need them for places that the finished model has no use for.
import type { Node, ScalarNode } from '../syntax/tree.ts';
import type {
  AgentContext,
  AgentMemory,
  Condition,
  Expression,
  Gate,
  JsonSchema,
  Named,
  NameTypes,
  NameUse,
  Range,
  Task,
  Template,
} from './model.ts';

type Resolved = 'needs' | 'choosers' | 'outputType' | 'canBeSkipped' | 'onError' | 'body' | 'stages' | 'branches';
type WithoutResolved<T> = T extends unknown ? Omit<T, Resolved> : never;

/** A task as it was read, before its names are resolved. */
export type ReadTask = WithoutResolved<Task>;

/** Where a task stands in the file. */
export interface TaskPlace {
  readonly id: string;
  readonly path: string;
  readonly node: Node;
  readonly nameRange: Range;
  readonly range: Range;
  readonly surroundings: Surroundings;
  readonly scope?: ScopeDraft;
  readonly isStage?: boolean;
}

export interface TaskDraft {
  readonly id: string;
  readonly path: string;
  readonly node: Node;
  readonly nameRange: Range;
  /** Undefined: it does not say what it does. */
  readonly read?: ReadTask;
  readonly body?: BodyDraft;
  /** The stages of a pipeline, each seeing those before it. */
  readonly stages?: ScopeDraft;
  /** The branches of a `parallel` that are written out. */
  readonly branches?: readonly BranchDraft[];
  readonly gate?: Gate;
  /** True for a stage of a pipeline: one that is skipped is passed over. */
  readonly isStage: boolean;
  readonly onError: OnErrorDraft;
  readonly explicitNeeds: readonly NameUse[];
  /** The ids that the cases of a condition name, or the routes of a router. */
  readonly choices: readonly NameUse[];
  /** Tasks of the same scope that expressions in it name, with the place of the first mention. */
  readonly implied: Map<string, Range>;
  /** The scope it is a task of; undefined for a body. */
  readonly scope?: ScopeDraft;
}

export type OnErrorDraft =
  | { readonly kind: 'fail' | 'continue' | 'fail_run' }
  | { readonly kind: 'default'; readonly value: Template }
  | { readonly kind: 'fallback'; readonly body: BodyDraft };

export type BodyDraft =
  | { readonly kind: 'task'; readonly task: TaskDraft }
  | { readonly kind: 'graph'; readonly node: Node; readonly scope: ScopeDraft; readonly when?: Condition };

export interface BranchDraft extends Named {
  readonly body: BodyDraft;
}

export interface ScopeDraft {
  readonly path: string;
  readonly tasks: TaskDraft[];
  /** The first of each id. */
  readonly byId: Map<string, TaskDraft>;
  /** What the scope stands in. */
  readonly outer: Surroundings;
  output?: Template;
}

/** A place of the file, as far as names go. Places are nested: inner ones see what outer ones see. */
export interface Surroundings {
  /** What can be named here; the same object for places that see the same. */
  readonly names: () => NameTypes;
  /** The scope whose tasks can be named here, and the task of that scope in which the place lies. */
  readonly level?: { readonly scope: ScopeDraft; readonly owner?: { readonly id: string } };
  /** Variables that begin here, with the place that names them. */
  readonly variables?: readonly Variable[];
  readonly outer?: Surroundings;
}

/** A name at the root of expressions that `as` gives. */
export interface Variable {
  readonly name: string;
  /** How much of the name is what `as` says: `fact` of `fact_index`. */
  readonly length: number;
  readonly declared: Range;
}

/** An expression, where it is used and what may be named there. */
export interface ExpressionUse {
  readonly expression: Expression;
  /** Alone in its scalar, inside text, or as a condition. */
  readonly role: 'condition' | 'value' | 'text';
  readonly surroundings: Surroundings;
  /** The scalar it stands in. */
  readonly scalar: ScalarNode;
  /** False: its `}}` is missing. */
  readonly terminated: boolean;
}

/** An agent as it was read. What is undefined it does not say itself. */
export interface AgentDraft {
  readonly name: string;
  readonly nameRange: Range;
  readonly range: Range;
  readonly node: Node;
  /** The file in which it stands. */
  readonly file: string;
  /** The name of the agent that it takes over from. */
  readonly base?: NameUse;
  /** The agent of that name, if there is one. */
  readonly findBase: () => AgentDraft | undefined;
  readonly own: AgentKeys;
}

/** A model where it is named. */
export interface NamedModel {
  readonly model: string;
  readonly range: Range;
}

/** An agent where another one names it. */
export interface NamedAgent {
  readonly name: string;
  readonly range: Range;
  /** The agent of that name, if there is one. */
  readonly find: () => AgentDraft | undefined;
}

export interface AgentKeys {
  readonly model?: NamedModel;
  readonly fallback?: readonly NamedModel[];
  readonly instructions?: Template;
  readonly description?: string;
  readonly capabilities?: readonly string[];
  readonly tools?: readonly string[];
  readonly toolsets?: readonly string[];
  readonly subAgents?: readonly NamedAgent[];
  readonly handoffs?: readonly NamedAgent[];
  readonly maxHandoffs?: number;
  readonly maxIterations?: number;
  readonly outputSchema?: JsonSchema;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxOutputTokens?: number;
  readonly context?: Partial<AgentContext>;
  readonly memory?: AgentMemory;
}
