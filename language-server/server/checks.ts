// What is wrong with the documents that are open, as the client is told after each change. In the background: in its
// order of work, checks come last.
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { diagnosticsOf } from '../features/diagnostics.ts';
import type { OpenDocument } from '../features/open-document.ts';
import { CheckSchedule } from './check-schedule.ts';
import type { Documents } from './documents.ts';
import type { Safely } from './guard.ts';
import type { RequestQueue } from './request-queue.ts';
import { analyseSome } from './slices.ts';

export interface CheckParts {
  readonly documents: Documents;
  readonly queue: RequestQueue;
  readonly safely: Safely;
  readonly publish: (params: PublishDiagnosticsParams) => void;
}

export class Checks {
  readonly #parts: CheckParts;
  readonly #schedule = new CheckSchedule((uri) => void this.#inSlices(uri));

  constructor(parts: CheckParts) {
    this.#parts = parts;
  }

  /** A document was opened or changed. */
  ask(uri: string): void {
    this.#schedule.ask(uri);
  }

  /** Something else has changed: whatever open document uses it begins anew, and is asked for by that. */
  askDependents(): void {
    this.#parts.documents.refresh();
  }

  /** A document was closed. */
  drop(uri: string): void {
    this.#schedule.drop(uri);
    this.#parts.publish({ uri, diagnostics: [] });
  }

  /** A large text takes many slices: in between, who waits for an answer gets one. */
  async #inSlices(uri: string): Promise<void> {
    const { documents, queue, safely } = this.#parts;
    const text = documents.open(uri)?.text;
    // A newer text has been asked for by itself.
    const isDone = (): boolean => {
      const document = documents.open(uri);
      return document?.text !== text || document === undefined || analyseSome(document);
    };
    while (!(await queue.ask('background', () => safely(`analysing ${uri}`, true, isDone))));
    const document = documents.open(uri);
    if (document && document.text === text) this.#tell(document);
  }

  #tell(document: OpenDocument): void {
    const { safely, publish } = this.#parts;
    const { uri } = document.facts;
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
