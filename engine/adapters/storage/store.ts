import { backUp } from './backup.ts';
import { openDatabase, type OpenDatabase, type OpenOptions } from './database.ts';
import { deleteRun } from './delete-run.ts';
import { importRecord } from './import-record.ts';
import type { Answers, Ask } from './messages.ts';
import { type Owner, ownerCheck } from './owner.ts';
import { Projections, rebuildProjections } from './projections.ts';
import * as queries from './queries.ts';
import { findReply } from './replies.ts';
import { firstValue, type Sqlite } from './sqlite.ts';
import { Statements } from './statements.ts';
import { asStorageError } from './storage-error.ts';
import { suspect } from './suspicion.ts';
import { readTaskHistory } from './task-history.ts';
import { Writer } from './writer.ts';

export interface StoreOptions extends OpenOptions {
  readonly owner?: Owner;
}

/** The open record, in the thread that owns it: what the worker serves. Everything waits for the disk. */
export class Store {
  readonly writer: Writer;
  readonly database: OpenDatabase;
  private readonly sqlite: Sqlite;
  private readonly statements: Statements;
  private readonly projections: Projections;

  constructor(sqlite: Sqlite, path: string, options: StoreOptions) {
    this.sqlite = sqlite;
    this.database = openDatabase(sqlite, path, options);
    const { sql, mount } = this.database;
    this.statements = new Statements(sql);
    this.projections = new Projections(this.statements);
    this.writer = new Writer({
      sql,
      mount,
      statements: this.statements,
      projections: this.projections,
      isOwner: options.owner ? ownerCheck(options.owner) : () => true,
    });
  }

  /** Answers a question. @throws StorageError */
  answer(ask: Ask): Answers[keyof Answers] {
    const { mount } = this.database;
    delete mount.fault;
    try {
      return this.look(ask);
    } catch (thrown) {
      const error = asStorageError(thrown, mount, doings[ask.type]);
      if (error.code === 'corrupt') suspect(mount.path);
      throw error;
    }
  }

  private look(ask: Ask): Answers[keyof Answers] {
    const db = this.statements;
    switch (ask.type) {
      case 'read':
        return queries.readEvents(db, ask.runId, ask.fromSeq, ask.limit);
      case 'load':
        return queries.loadBlob(db, ask.hash);
      case 'find':
        return queries.findRuns(db, ask.query);
      case 'get':
        return queries.getRun(db, ask.idOrEnd);
      case 'unfinished':
        return queries.unfinishedRuns(db);
      case 'noteFall':
        return this.writer.transact(doings.noteFall, () => queries.noteFall(db, ask.runId, ask.error));
      case 'clearFalls':
        this.writer.transact(doings.clearFalls, () => queries.clearFalls(db, ask.runId));
        return undefined;
      case 'taskHistory':
        return readTaskHistory(db, ask.file, ask.runs);
      case 'importRun':
        return this.writer.transact(doings.importRun, () => importRecord(db, this.projections, ask.file, ask.aside));
      case 'deleteRun':
        return this.writer.transact(doings.deleteRun, () => deleteRun(db, this.projections, ask.runId));
      case 'expired':
        return queries.expiredRuns(db, ask.expiry);
      case 'findReply':
        return findReply(db, ask.requestHash, ask.sinceMs);
      case 'forgetReplies':
        this.writer.transact(doings.forgetReplies, () => db.run('DELETE FROM replies', []));
        return undefined;
      case 'rebuild':
        this.writer.transact(doings.rebuild, () => {
          rebuildProjections(this.database.sql);
          this.projections.forget();
        });
        return undefined;
      case 'backup':
        this.writer.checkOwner();
        return backUp(this.sqlite, this.database, ask.file);
      case 'maintain':
        return this.maintain();
      case 'close':
        // Closing writes the log back into the file: not ours to do once the folder is another engine's.
        this.writer.checkOwner();
        this.database.close();
        return undefined;
    }
  }

  /**
   * Writes the log back into the database file if it is long enough for that. What it holds is durable, so a failure
   * loses nothing: it is tried again after the next commit.
   * @param when `busy`: somebody may come at any moment, so it may grow longer before
   */
  checkpoint(when: 'busy' | 'resting'): void {
    const { sql, mount } = this.database;
    if ((mount.lastLogWrite ?? 0) < logBytes[when]) return;
    try {
      this.writer.checkOwner();
      sql.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch (thrown) {
      if (asStorageError(thrown, mount, 'write the log back').code === 'corrupt') suspect(mount.path);
    }
  }

  /** Files that were begun without `auto_vacuum` keep their unused pages for later runs. */
  private maintain(): number {
    const { sql } = this.database;
    this.writer.transact(doings.maintain, () => sql.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`));
    sql.exec('PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)');
    if (firstValue(sql, 'PRAGMA auto_vacuum') !== incremental) return 0;
    return Number(firstValue(sql, 'PRAGMA freelist_count')) * Number(firstValue(sql, 'PRAGMA page_size'));
  }
}

/** How long the log may be before it is written back. All of it is read again after a crash. */
const logBytes = { resting: 1_000_000, busy: 16_000_000 };
/** 8 MB: what is moved at once waits in the write-ahead log, and others wait for it. */
const pagesAtOnce = 2000;
/** The number of `auto_vacuum=INCREMENTAL` (sqlite.org/pragma.html). */
const incremental = 2;

const doings: { readonly [type in Ask['type']]: string } = {
  read: 'read the record',
  load: 'load a large value',
  find: 'look for runs',
  get: 'look for a run',
  unfinished: 'look for unfinished runs',
  noteFall: 'note that the engine fell',
  clearFalls: 'forget that the engine fell',
  taskHistory: 'look for what past runs say',
  importRun: 'import a run',
  deleteRun: 'delete a run',
  expired: 'look for old runs',
  findReply: 'look for an earlier reply',
  forgetReplies: 'forget earlier replies',
  rebuild: 'rebuild the tables of runs',
  backup: 'back up the record',
  maintain: 'tidy the record',
  close: 'close the record',
};
