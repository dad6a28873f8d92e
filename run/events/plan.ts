import type { JsonSchema } from '../json.ts';

/** A place in a source file: lines and columns count from 0, columns in UTF-16 units (as in LSP). */
export interface SourceRange {
  readonly file: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/**
 * A task as readers of the record need it: they can draw a run without parsing the workflow.
 * `path` is the static path: `paragraphs`, and for what is inside a for_each or a loop, `paragraphs[]/scan`.
 */
export interface PlanTask {
  readonly path: string;
  /** The last name in the path, or the type for a body without a name. */
  readonly label: string;
  readonly type: string;
  readonly range: SourceRange;
  readonly agent?: string;
  readonly model?: string;
  readonly tool?: string;
  /** The file that a `workflow` task calls; its tasks are children, with ranges in that file. */
  readonly workflow?: string;
  readonly needs: readonly string[];
  readonly children: readonly PlanTask[];
}

/** The readable plan of a run: what was declared, where, and what it takes. */
export interface Plan {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly file: string;
  readonly inputs: { readonly [name: string]: JsonSchema };
  readonly tasks: readonly PlanTask[];
}
