import type { CallRequest, RunEvent } from '../../../run/index.ts';
import type { Statements } from './statements.ts';

/** Stands in the text of every event that names a large value. */
export const markOfLarge = '"preview":';

/**
 * Writes one event.
 * @param run the number of its run
 * @param row its JSON text. It goes in as bytes that SQLite turns into text: sql.js copies text one character at a time.
 */
export function insertEvent(db: Statements, run: number, event: RunEvent, row: string): void {
  db.run('INSERT INTO events(run, seq, at, type, path, data) VALUES(?, ?, ?, ?, ?, CAST(? AS TEXT))', [
    run,
    event.seq,
    event.at,
    event.type,
    pathOf(event),
    Buffer.from(row),
  ]);
}

/** Where an event belongs: the path of its task or call, or the id of its timer, question or hold. */
function pathOf(event: RunEvent): string | null {
  if ('path' in event) return event.path;
  if ('id' in event) return event.id;
  return null;
}

/** The model or the tool that a call asks. */
export function targetOf(request: CallRequest): string {
  return request.kind === 'model' ? request.model : request.tool;
}
