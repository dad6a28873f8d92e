import type { Failure, RunEvent, RunId } from '../../../run/index.ts';
import type { ImportedRun } from '../../ports/index.ts';
import { insertEvent } from './event-rows.ts';
import type { Projections } from './projections.ts';
import { fallsUntilSetAside, noteFall } from './queries.ts';
import { recordParts } from './record-parts.ts';
import type { Statements } from './statements.ts';
import { remedyFor, StorageError } from './storage-error.ts';

/**
 * Takes a run from a portable record into the tables, within a transaction of the caller. One that is there already is
 * compared. One that has not ended is set aside, for `aside`: nobody here has asked for it to go on.
 * @throws StorageError what `recordParts` throws, or `run_differs`
 */
export function importRecord(db: Statements, projections: Projections, file: string, aside: Failure): ImportedRun {
  let target: { readonly runId: RunId; readonly recorded: number } | undefined;
  let events = 0;
  let hasEnded = false;
  for (const part of recordParts(file)) {
    if (part.type === 'header') {
      target = { runId: part.header.runId, recorded: projections.lastSeq(part.header.runId) };
    } else if (!target) {
      throw new Error('A record begins with its header.');
    } else if (part.type === 'event') {
      if (target.recorded > 0) compare(db, target.runId, part.event);
      else record(db, projections, target.runId, part.event);
      events = part.event.seq;
      if (part.event.type === 'run-ended') hasEnded = true;
      if (part.event.type === 'run-resumed') hasEnded = false;
    } else if (target.recorded === 0) {
      const { hash, bytes } = part.value;
      db.run('INSERT INTO blobs(hash, bytes) VALUES(?, ?) ON CONFLICT DO NOTHING', [hash, bytes]);
    }
  }
  if (!target) throw new Error('A record has a header.');
  const { runId, recorded } = target;
  if (recorded > events) throw differs(runId, `it has ${recorded} events here, and ${events} in the file`);
  const isNew = recorded === 0;
  if (isNew && !hasEnded) for (let falls = 0; falls < fallsUntilSetAside; falls++) noteFall(db, runId, aside);
  return { runId, events, isNew };
}

function record(db: Statements, projections: Projections, runId: RunId, event: RunEvent): void {
  insertEvent(db, projections.numberOf(runId), event, JSON.stringify(event));
  projections.absorb(runId, event);
}

function compare(db: Statements, runId: RunId, event: RunEvent): void {
  const found = db.row('SELECT data FROM events WHERE run = (SELECT run FROM ids WHERE run_id = ?) AND seq = ?', [
    runId,
    event.seq,
  ])?.[0];
  if (found !== JSON.stringify(event)) throw differs(runId, `event ${event.seq} is not the same`);
}

function differs(runId: RunId, how: string): StorageError {
  const code = 'run_differs';
  const message = `Run ${runId} is here already, with other content: ${how}. Nothing was changed.`;
  return new StorageError(code, message, remedyFor(code));
}
