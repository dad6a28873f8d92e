// What the language server answers beyond plain LSP: types of its custom requests. Imports nothing, so that every
// client may use it.

/** The names of the custom requests. */
export const requests = {
  workflowInfo: 'segue/workflowInfo',
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
