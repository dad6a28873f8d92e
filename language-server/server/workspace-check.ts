// A check of all files of the workspace that nobody has open: when somebody asks for it, a file at a time. What the
// client was told of a file is kept true from then on.
import { CancellationToken } from 'vscode-languageserver';
import { maxPlaces } from '../../workflow/index.ts';
import { diagnosticsOf } from '../features/diagnostics.ts';
import { fileKindOf, uriBeside } from '../features/open-document.ts';
import { placeOf } from '../features/workspace.ts';
import type { CheckParts } from './checks.ts';
import { analyseSome } from './slices.ts';

/** What came of a check. */
export interface CheckedWorkspace {
  readonly files: number;
  /** Files with findings, of those. */
  readonly filesWithFindings: number;
  readonly wasCancelled: boolean;
}

export class WorkspaceCheck {
  readonly #parts: CheckParts;
  /** The files that the client was told of, each with the places of what its findings depend on. */
  readonly #told = new Map<string, ReadonlySet<string>>();

  constructor(parts: CheckParts) {
    this.#parts = parts;
  }

  /**
   * Checks one file after the other, and tells the client of each.
   * @param token once it is cancelled no further file is begun
   * @param onFile told before each file: its number from 0, and how many there are
   */
  async run(token: CancellationToken, onFile: (at: number, of: number) => void): Promise<CheckedWorkspace> {
    const uris = this.#parts.documents.closed();
    let files = 0;
    let filesWithFindings = 0;
    for (const uri of uris) {
      if (token.isCancellationRequested) break;
      onFile(files, uris.length);
      const findings = await this.#check(uri, token);
      if (findings === undefined) continue;
      files += 1;
      if (findings > 0) filesWithFindings += 1;
    }
    return { files, filesWithFindings, wasCancelled: token.isCancellationRequested };
  }

  /**
   * Files have changed, or gone. What the client was told of them, and of those that use them, is told anew.
   * @param uris left out: any file may have
   */
  async renew(uris?: readonly string[]): Promise<void> {
    const changed = uris?.map(placeOf);
    const isAny = !uris || uris.some((uri) => fileKindOf(uri, '') === 'config');
    const told = [...this.#told].filter(([, places]) => isAny || changed?.some((place) => places.has(place)));
    for (const [uri] of told) if (!this.#parts.documents.open(uri)) await this.#check(uri, CancellationToken.None);
  }

  /** @returns the number of findings; undefined when there is no such file, or the check was cancelled */
  async #check(uri: string, token: CancellationToken): Promise<number | undefined> {
    const { safely, publish, documents } = this.#parts;
    const isRead = await safely.later(`checking ${uri}`, false, () => this.#read(uri, token));
    const document = documents.get(uri);
    if (token.isCancellationRequested || documents.open(uri)) return undefined;
    const isThere = isRead && document !== undefined;
    const diagnostics = isThere ? safely(`diagnostics of ${uri}`, [], () => [...diagnosticsOf(document)]) : [];
    const others = isThere ? document.checked.files.map((path) => uriBeside(uri, path)) : [];
    publish({ uri, diagnostics });
    if (isThere) this.#told.set(uri, new Set([uri, ...others].map(placeOf)));
    else this.#told.delete(uri);
    return isThere ? diagnostics.length : undefined;
  }

  /** Analyses a file with all that it names, as far as it is on the disk. */
  async #read(uri: string, token: CancellationToken): Promise<boolean> {
    const { documents, queue } = this.#parts;
    for (let round = 0; round <= maxPlaces && !token.isCancellationRequested; round += 1) {
      const isDone = (): boolean => {
        const document = documents.get(uri);
        return token.isCancellationRequested || document === undefined || analyseSome(document);
      };
      while (!(await queue.ask('background', isDone)));
      if (token.isCancellationRequested) return false;
      if (!(await documents.readWanted(uri))) return documents.get(uri) !== undefined;
      documents.refresh();
    }
    return false;
  }
}
