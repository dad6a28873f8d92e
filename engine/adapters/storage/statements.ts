import type { Database, SqlValue, Statement } from 'sql.js';

/** Prepared statements by their text, prepared when first used. */
export class Statements {
  private readonly sql: Database;
  private readonly prepared = new Map<string, Statement>();

  constructor(sql: Database) {
    this.sql = sql;
  }

  run(text: string, values: SqlValue[]): void {
    this.prepare(text).run(values);
  }

  /** All rows, at most as many as the statement's own limit. */
  rows(text: string, values: SqlValue[]): SqlValue[][] {
    const statement = this.prepare(text);
    const rows: SqlValue[][] = [];
    try {
      statement.bind(values);
      while (statement.step()) rows.push(statement.get());
    } finally {
      statement.reset();
    }
    return rows;
  }

  row(text: string, values: SqlValue[]): SqlValue[] | undefined {
    return this.rows(text, values)[0];
  }

  /** Lets go of rows that a failed statement may still hold, so that a transaction can be rolled back. */
  reset(): void {
    for (const statement of this.prepared.values()) statement.reset();
  }

  /** Gives back what was prepared; nothing may be asked afterwards. */
  free(): void {
    for (const statement of this.prepared.values()) statement.free();
    this.prepared.clear();
  }

  private prepare(text: string): Statement {
    const known = this.prepared.get(text);
    if (known) return known;
    const statement = this.sql.prepare(text);
    this.prepared.set(text, statement);
    return statement;
  }
}
