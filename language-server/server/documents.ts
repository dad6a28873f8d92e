// The documents that are open, each in its newest version, with the configuration that holds for it.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { OtherFile, OtherFiles } from '../../workflow/index.ts';
import { maxPlaces } from '../../workflow/index.ts';
import { fileKindOf, OpenDocument, uriBeside } from '../features/open-document.ts';
import { documentAt, isSameFile, type Workspace } from '../features/workspace.ts';
import type { FilesOnDisk } from './other-files.ts';
import type { WorkspaceConfigs } from './workspace-config.ts';

export class Documents implements Workspace {
  readonly #configs: WorkspaceConfigs;
  readonly #disk: FilesOnDisk;
  readonly #open = new Map<string, OpenDocument>();

  constructor(configs: WorkspaceConfigs, disk: FilesOnDisk) {
    this.#configs = configs;
    this.#disk = disk;
  }

  /** Takes a new version of a document. @returns whether it is one of our files */
  put(source: TextDocument): boolean {
    const kind = fileKindOf(source.uri, source.languageId);
    if (!kind) return false;
    const { uri, version } = source;
    this.#set({ uri, version, kind, text: source.getText() });
    return true;
  }

  documents(): readonly OpenDocument[] {
    return [...this.#open.values()];
  }

  get(uri: string): OpenDocument | undefined {
    return this.#open.get(uri);
  }

  remove(uri: string): void {
    this.#open.delete(uri);
  }

  /** Another file may have changed. @returns the URIs of the workflows that use it: they begin anew */
  refresh(): readonly string[] {
    const changed = [...this.#open.values()].filter((document) => {
      const { kind, uri, config } = document.facts;
      const now = kind !== 'config' ? this.#configFor(uri) : undefined;
      return now?.uri !== config?.uri || now?.text !== config?.text || document.isOutdatedBy(this.#filesFor(uri));
    });
    for (const document of changed) this.#set(document.facts);
    return changed.map((document) => document.facts.uri);
  }

  #set({ uri, version, kind, text }: OpenDocument['facts']): void {
    const config = kind !== 'config' ? this.#configFor(uri) : undefined;
    const facts = {
      uri,
      version,
      kind,
      text,
      files: this.#filesFor(uri),
      agents: () => this.#disk.agentsNear(uri),
      ...(config ? { config } : {}),
    };
    this.#open.set(uri, new OpenDocument(facts, this.#open.get(uri)));
  }

  /** Reads the files that a document names and that are not known yet. @returns whether there were any */
  async readWanted(uri: string): Promise<boolean> {
    const wanted = this.#open.get(uri)?.wanted ?? [];
    await Promise.all([
      ...wanted.map((path) => this.#disk.read(uriBeside(uri, path), uri)),
      this.#disk.listAgents(uri),
    ]);
    return wanted.some((path) => this.#disk.get(uriBeside(uri, path)) !== undefined);
  }

  /** @returns the document when all files that it names have been read, as far as they are on a disk */
  async whole(uri: string): Promise<OpenDocument | undefined> {
    for (let round = 0; round <= maxPlaces && (await this.readWanted(uri)); round += 1) this.refresh();
    return this.#open.get(uri);
  }

  /** What an editor shows of a file counts more than what is on disk. */
  #filesFor(uri: string): OtherFiles {
    return {
      get: (path): OtherFile | undefined => {
        const other = uriBeside(uri, path);
        const open = documentAt(this, other);
        return open ? { text: open.text } : this.#disk.get(other);
      },
    };
  }

  /** What an editor shows of a configuration counts more than what is on disk. */
  #configFor(uri: string): { readonly uri: string; readonly text: string } | undefined {
    const found = this.#configs.of(uri);
    if (!found) return undefined;
    const open = [...this.#open.values()].find(
      ({ facts }) => facts.kind === 'config' && isSameFile(facts.uri, found.uri),
    );
    return open ? { uri: open.facts.uri, text: open.text } : found;
  }
}
