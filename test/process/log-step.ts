import type { RunEvent } from '../../run/index.ts';

/** What the log of an engine is about to do, or has just done. */
export interface LogStep {
  readonly moment: 'reading' | 'recording' | 'recorded';
  /** Nothing was recorded by this engine before. */
  readonly isFirst: boolean;
  readonly events: readonly RunEvent[];
}

/** The file beside the data folder that tells an engine where to announce its steps. */
export const announceFile = 'announce-to';
