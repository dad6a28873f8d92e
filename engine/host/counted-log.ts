import type { EventLog } from '../ports/index.ts';

/** An event log that knows how many writes are under way. */
export interface CountedLog extends EventLog {
  /** Writes that have not been answered. */
  pending(): number;
}

/** Counts the writes of a log, for the engine's decision to leave. @param onChange called when a write ended */
export function countWrites(log: EventLog, onChange: () => void): CountedLog {
  let pending = 0;
  const counted = async (write: Promise<void>): Promise<void> => {
    pending++;
    try {
      await write;
    } finally {
      pending--;
      onChange();
    }
  };
  return {
    pending: () => pending,
    append: (runId, nextSeq, events) => counted(log.append(runId, nextSeq, events)),
    keep: (hash, bytes) => counted(log.keep(hash, bytes)),
    read: (runId, fromSeq, limit) => log.read(runId, fromSeq, limit),
    load: (hash) => log.load(hash),
  };
}
