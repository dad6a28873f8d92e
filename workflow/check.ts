import type { ToolSchema } from '../schemas/builtin-tools.ts';
import type { Checked } from './model/model.ts';

/** A text, and what stands around it. */
export interface CheckRequest {
  /** The name used in places and diagnostics, usually the path relative to the workspace. */
  readonly file: string;
  readonly text: string;
  /** `.segue/config.yaml`, if there is one. */
  readonly config?: { readonly file: string; readonly text: string };
  /** Tools that the caller's engine has beyond the builtin ones. */
  readonly tools?: readonly ToolSchema[];
}

/** Reads and checks a workflow. Never throws: whatever the text, there is a model, and diagnostics say what is wrong. */
export function checkWorkflow(_request: CheckRequest): Checked {
  throw new Error('this part is still being written');
}
