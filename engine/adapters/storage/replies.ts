// Which replies later calls may get. Not a projection: a row comes with the event that this record saw happen, and an
// imported run has none, so that nobody's file decides what a model is taken to have said.
import type { CallEnded, RunEvent } from '../../../run/index.ts';
import type { EarlierReply } from '../../ports/index.ts';
import type { Statements } from './statements.ts';

/** Notes that the reply in an event may be used again. @param run the number of its run */
export function noteReply(db: Statements, run: number, event: RunEvent): void {
  if (event.type !== 'call-ended' || event.reusableAs === undefined) return;
  db.run('INSERT INTO replies(run, seq, request_hash, at) VALUES(?, ?, ?, ?)', [
    run,
    event.seq,
    event.reusableAs,
    event.at,
  ]);
}

/** See `Replies.findReply`. */
export function findReply(db: Statements, requestHash: string, sinceMs: number): EarlierReply | undefined {
  const found = db.row(
    `SELECT run_id, data FROM replies JOIN events USING(run, seq) JOIN ids USING(run)
     WHERE request_hash = ? AND replies.at >= ? ORDER BY replies.at DESC, run DESC, seq DESC LIMIT 1`,
    [requestHash, sinceMs],
  );
  if (!found) return undefined;
  const { path, at, outcome } = JSON.parse(String(found[1])) as CallEnded & { readonly at: number };
  if (outcome.status !== 'completed' || !('reply' in outcome)) return undefined;
  return { from: { run: String(found[0]), call: path, at }, reply: outcome.reply };
}
