import { largeValuesOf, type RunEvent, type RunId } from '../../../run/index.ts';
import { markOfLarge } from './event-rows.ts';
import type { Projections } from './projections.ts';
import { clearFalls } from './queries.ts';
import type { Statements } from './statements.ts';

/** Rows looked at in one go. */
const pageSize = 200;

/**
 * Deletes a run, what was projected from it, and the large values that no other run names, within a transaction of the
 * caller. No job may be on its way: a value may have been kept whose event is still to come.
 * @returns false if there is no such run
 */
export function deleteRun(db: Statements, projections: Projections, runId: RunId): boolean {
  if (projections.lastSeq(runId) === 0) return false;
  const run = projections.numberOf(runId);
  const orphans = valuesOf(db, run);
  if (orphans.size > 0) spareNamed(db, run, orphans);
  for (const hash of orphans) db.run('DELETE FROM blobs WHERE hash = ?', [hash]);
  for (const table of ['events', 'runs', 'tasks', 'calls', 'questions', 'replies', 'ids']) {
    db.run(`DELETE FROM ${table} WHERE run = ?`, [run]);
  }
  clearFalls(db, runId);
  projections.forget();
  return true;
}

function valuesOf(db: Statements, run: number): Set<string> {
  const hashes = new Set<string>();
  for (const data of eventsWithValues(db, 'run = ?', run)) {
    for (const { hash } of largeValuesOf(JSON.parse(data) as RunEvent)) hashes.add(hash);
  }
  return hashes;
}

/** Takes out of `hashes` what events of other runs name. One that merely looks named is spared too. */
function spareNamed(db: Statements, run: number, hashes: Set<string>): void {
  for (const data of eventsWithValues(db, 'run <> ?', run)) {
    for (const hash of hashes) if (data.includes(`"${hash}"`)) hashes.delete(hash);
    if (hashes.size === 0) return;
  }
}

function* eventsWithValues(db: Statements, which: string, run: number): Generator<string> {
  const page = `SELECT id, data FROM events WHERE id > ? AND ${which} AND instr(data, ?) > 0 ORDER BY id LIMIT ?`;
  for (let after = 0, isMore = true; isMore; ) {
    const rows = db.rows(page, [after, run, markOfLarge, pageSize]);
    for (const [, data] of rows) yield String(data);
    after = Number(rows.at(-1)?.[0] ?? after);
    isMore = rows.length === pageSize;
  }
}
