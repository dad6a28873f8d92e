// What is wrong with the documents that are open, as the client is told after each change. In the background: in its
// order of work, checks come last.
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { diagnosticsOf } from '../features/diagnostics.ts';
import type { OpenDocument } from '../features/open-document.ts';
import { CheckSchedule } from './check-schedule.ts';
import type { Documents } from './documents.ts';
import type { Safely } from './guard.ts';
import type { RequestQueue } from './request-queue.ts';

export interface CheckParts {
  readonly documents: Documents;
  readonly queue: RequestQueue;
  readonly safely: Safely;
  readonly publish: (params: PublishDiagnosticsParams) => void;
}

export class Checks {
  readonly #parts: CheckParts;
  readonly #schedule = new CheckSchedule((uri) => this.#begin(uri));

  constructor(parts: CheckParts) {
    this.#parts = parts;
  }

  /** A document was opened or changed. */
  ask(uri: string): void {
    this.#schedule.ask(uri);
  }

  /** Something else has changed: whatever open document uses it is checked again. */
  askDependents(): void {
    for (const uri of this.#parts.documents.refresh()) this.#schedule.ask(uri);
  }

  /** A document was closed. */
  drop(uri: string): void {
    this.#schedule.drop(uri);
    this.#parts.publish({ uri, diagnostics: [] });
  }

  // Of a large file both halves of the work take their time: in between, who waits for an answer gets one.
  #begin(uri: string): void {
    const { documents, queue, safely } = this.#parts;
    void queue.ask('background', () => safely('reading the text', undefined, () => documents.open(uri)?.syntax));
    void queue.ask('background', () => this.#check(uri));
  }

  #check(uri: string): void {
    const { documents, safely, publish } = this.#parts;
    const document = documents.open(uri);
    if (!document) return;
    const diagnostics = safely('diagnostics', undefined, () => [...diagnosticsOf(document)]);
    if (!diagnostics) return;
    publish({ uri, ...versionOf(document), diagnostics });
    void safely.later('reading other files', undefined, () => this.#readWanted(uri));
  }

  /** What a check found wanting is read while nobody waits, and checked with. */
  async #readWanted(uri: string): Promise<void> {
    if (await this.#parts.documents.readWanted(uri)) this.askDependents();
  }
}

function versionOf({ facts: { version } }: OpenDocument): { version?: number } {
  return version === null ? {} : { version };
}
