import type { EventLog, Replies, RunIndex, RunStore } from '../../engine/ports/index.ts';

/** A record under test, empty at first. */
export interface TestRecord {
  readonly log: EventLog & RunIndex & RunStore & Replies;
  /** Closes the record and opens it again; the earlier `log` must not be used any more. */
  readonly reopen: () => Promise<EventLog & RunIndex & RunStore & Replies>;
  /** Makes the projections anew, where there are any. */
  readonly rebuild: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

export type OpenRecord = () => Promise<TestRecord>;

/** Runs a test on a record of its own and clears up after it. */
export async function using(open: OpenRecord, test: (record: TestRecord) => Promise<void>): Promise<void> {
  const record = await open();
  try {
    await test(record);
  } finally {
    await record.dispose();
  }
}
