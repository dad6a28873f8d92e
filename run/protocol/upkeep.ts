// What clients may have done to a folder's record as a whole: `segue/upkeep`. Answered when it is durable.
import type { RunId } from '../events/events.ts';
import type { Failure } from '../events/failure.ts';

export type Upkeep =
  /** Takes in a run from a portable record: an absolute path on the engine's machine. All of it, or nothing. */
  | { readonly type: 'import'; readonly file: string }
  /** Deletes a run that is not live, for good. */
  | { readonly type: 'delete'; readonly runId: RunId }
  /** Copies the whole record into a file: an absolute path on the engine's machine, outside the data folder. */
  | { readonly type: 'backup'; readonly file: string };

export type UpkeepAnswer =
  /** `isNew` is false when the same run was here already. */
  | { readonly type: 'imported'; readonly runId: RunId; readonly events: number; readonly isNew: boolean }
  | { readonly type: 'deleted'; readonly runId: RunId }
  | { readonly type: 'backed-up'; readonly bytes: number }
  | { readonly type: 'refused'; readonly refused: Failure };
