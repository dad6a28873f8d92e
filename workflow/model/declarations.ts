// What stands at the top of a file, beside its tasks: inputs, agents, tools, shared values, mocks; and the configuration.
import type { FileProblem } from '../files.ts';
import type { ToolSchema } from '../../schemas/tool-schema.ts';
import type { Json, JsonSchema } from '../../schemas/json.ts';
import type { Expression, Named, Range, Template } from './basics.ts';

export interface Input extends Named {
  readonly schema: JsonSchema;
  readonly required: boolean;
  readonly default?: Json;
}

export interface Agent extends Named {
  /** Where it stands: the workflow itself, or a file of its own. Its ranges are of that file. */
  readonly file: string;
  /** `provider/model`. */
  readonly model: string;
  /** `provider/model`, in the order in which they are asked when the one before has failed. */
  readonly fallback: readonly string[];
  readonly instructions?: Template;
  readonly description?: string;
  /** What it is good at, in a word each, without repeats. */
  readonly capabilities: readonly string[];
  /** Names of tools, toolsets already resolved into them (in file order, without repeats). */
  readonly tools: readonly string[];
  /** Whom it may ask, each as a tool of that name. */
  readonly subAgents: readonly AgentLink[];
  /** To whom it may hand its conversation. */
  readonly handoffs: readonly AgentLink[];
  /** How often a conversation that it begins may be handed on. */
  readonly maxHandoffs: number;
  readonly maxIterations: number;
  readonly outputSchema?: JsonSchema;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxOutputTokens?: number;
  readonly context?: AgentContext;
  readonly memory?: AgentMemory;
}

/** An agent that another one names. */
export interface AgentLink {
  readonly name: string;
  /** Undefined if there is none of this name (a diagnostic says so). A function, for agents may name each other. */
  readonly agent: () => Agent | undefined;
}

/** How much an agent is sent in one call. */
export interface AgentContext {
  readonly maxTokens: number;
  readonly overflow: 'truncate' | 'summarize' | 'fail';
}

/** What an agent knows of what it did before. */
export interface AgentMemory {
  /** How many messages of its earlier tasks come before a prompt; undefined: none. */
  readonly window?: number;
  /** It has the tools of its notes, as if it listed them. */
  readonly working?: boolean;
}

export interface Toolset extends Named {
  /** Names of its tools. */
  readonly tools: readonly string[];
  /** Set if their code is a file of the workspace. */
  readonly module?: ToolModule;
}

/** A file whose exported functions are tools. What they are stands in the workflow, so nobody must run it to know. */
export interface ToolModule {
  /** As it is written. */
  readonly path: string;
  /** Its path, as places and diagnostics name files; undefined: it leads out of the folder that paths begin in. */
  readonly file?: string;
  /** Why the file can not be used, as far as that is known. */
  readonly problem?: FileProblem;
  /** Where the workflow names it. */
  readonly range: Range;
  readonly tools: readonly ModuleTool[];
  /** How long one call may take; undefined: the engine's default. */
  readonly timeoutMs?: number;
}

/** One exported function, as a tool. */
export interface ModuleTool extends Named, ToolSchema {}

export interface SharedValue extends Named {
  readonly schema: JsonSchema;
  readonly default: Json;
}

/** One entry of the file's `mock` list, in file order. */
export interface MockEntry {
  readonly task?: string;
  readonly agent?: string;
  readonly tool?: string;
  readonly nth?: number;
  readonly when?: Expression;
  readonly reply?: Json;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: Json }[];
  readonly error?: { readonly code: string; readonly message?: string; readonly status?: number };
  readonly delayMs?: number;
}

export interface Mock {
  /** Calls that no entry answers are errors instead of values made from the schema. */
  readonly strict: boolean;
  readonly entries: readonly MockEntry[];
}

/** A provider as `.segue/config.yaml` declares it. */
export interface ProviderConfig {
  readonly name: string;
  readonly baseUrl?: string;
  /** The name X of `${{ secrets.X }}`; undefined: the provider's own default; null: no key is sent (`api_key: none`). */
  readonly secret?: string | null;
  readonly range: Range;
}

/** Which ended runs are kept; what is undefined is no reason to delete any. */
export interface Retention {
  readonly maxDays?: number;
  readonly maxRuns?: number;
}

export interface WorkspaceConfig {
  readonly file: string;
  readonly providers: readonly ProviderConfig[];
  readonly retention: Retention;
}
