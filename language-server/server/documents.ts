// All documents that are known: those that are open, each in its newest version, and the other files of the workspace.
// Each with the configuration that holds for it and the files that it names.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { OtherFile, OtherFiles } from '../../workflow/index.ts';
import { maxPlaces } from '../../workflow/index.ts';
import { type DocumentFacts, fileKindOf, OpenDocument, uriBeside } from '../features/open-document.ts';
import { documentAt, placeOf, type Workspace } from '../features/workspace.ts';
import type { ExplanationOf } from './explanations.ts';
import type { KnownModels } from './known-models.ts';
import { LightDocuments } from './light-documents.ts';
import type { FilesOnDisk } from './other-files.ts';
import type { WorkspaceConfigs } from './workspace-config.ts';

interface Sources {
  readonly explanationOf: ExplanationOf;
  readonly configs: WorkspaceConfigs;
  readonly disk: FilesOnDisk;
  readonly models: KnownModels;
  /** The URIs of the files of the workspace, by place. */
  readonly files: () => ReadonlyMap<string, string>;
  /** Told of each open document that begins anew because another file has changed, whoever came upon that. */
  readonly onBegunAnew: (uri: string) => void;
}

export class Documents implements Workspace {
  readonly #sources: Sources;
  readonly #open = new Map<string, OpenDocument>();
  readonly #closed = new LightDocuments();

  constructor(sources: Sources) {
    this.#sources = sources;
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
    return [
      ...this.#open.values(),
      ...this.closed()
        .map((uri) => this.get(uri))
        .filter((found) => found !== undefined),
    ];
  }

  /** @returns the URIs of the files of the workspace that are not open */
  closed(): readonly string[] {
    const open = new Set([...this.#open.keys()].map(placeOf));
    return [...this.#sources.files()].filter(([place]) => !open.has(place)).map(([, uri]) => uri);
  }

  /** @returns an open document, or a file of the workspace that could be read */
  get(uri: string): OpenDocument | undefined {
    return this.#open.get(uri) ?? (this.#sources.files().has(placeOf(uri)) ? this.#closedAt(uri) : undefined);
  }

  /** @returns a document that is open */
  open(uri: string): OpenDocument | undefined {
    return this.#open.get(uri);
  }

  remove(uri: string): void {
    this.#open.delete(uri);
  }

  /** Another file may have changed: the documents that use it begin anew. */
  refresh(): void {
    const outdated = [...this.#open.values()].filter((document) => this.#isOutdated(document));
    for (const { facts } of outdated) this.#set(facts);
    const analysed = this.#closed.analysed().filter((document) => this.#isOutdated(document));
    for (const document of analysed) this.#closed.drop(document);
    for (const { facts } of outdated) this.#sources.onBegunAnew(facts.uri);
  }

  /** Reads the files that a document names and that are not known yet. @returns whether there were any */
  async readWanted(uri: string): Promise<boolean> {
    const { disk } = this.#sources;
    const wanted = this.get(uri)?.wanted ?? [];
    await Promise.all([...wanted.map((path) => disk.read(uriBeside(uri, path), uri)), disk.listAgents(uri)]);
    return wanted.some((path) => disk.get(uriBeside(uri, path)) !== undefined);
  }

  /** @returns the document when all files that it names have been read, as far as they are on a disk */
  async whole(uri: string): Promise<OpenDocument | undefined> {
    for (let round = 0; round <= maxPlaces && (await this.readWanted(uri)); round += 1) this.refresh();
    return this.get(uri);
  }

  #set({ uri, version, kind, text }: DocumentFacts): void {
    const facts = { uri, version, kind, text, ...this.#surroundings(uri, kind) };
    this.#open.set(uri, new OpenDocument(facts, this.#open.get(uri)));
  }

  #closedAt(uri: string): OpenDocument | undefined {
    const file = this.#sources.disk.get(uri);
    const kind = fileKindOf(uri, '');
    if (!kind || !file || !('text' in file)) return undefined;
    return this.#closed.get({ uri, version: null, kind, text: file.text, ...this.#surroundings(uri, kind) });
  }

  #surroundings(uri: string, kind: DocumentFacts['kind']): Omit<DocumentFacts, 'uri' | 'version' | 'kind' | 'text'> {
    const config = this.#configFor(uri, kind);
    return {
      files: this.#filesFor(uri),
      agents: () => this.#sources.disk.agentsNear(uri),
      nearby: () => this.#sources.disk.filesNear(uri),
      models: () => this.#sources.models.book,
      explanationOf: this.#sources.explanationOf,
      ...(config ? { config } : {}),
    };
  }

  #isOutdated(document: OpenDocument): boolean {
    const { kind, uri, config } = document.facts;
    const now = this.#configFor(uri, kind);
    return now?.uri !== config?.uri || now?.text !== config?.text || document.isOutdatedBy(this.#filesFor(uri));
  }

  /** What an editor shows of a file counts more than what is on disk. */
  #filesFor(uri: string): OtherFiles {
    return {
      get: (path): OtherFile | undefined => {
        const other = uriBeside(uri, path);
        const open = this.#openAt(other);
        return open ? { text: open.text } : this.#sources.disk.get(other);
      },
    };
  }

  /** What an editor shows of a configuration counts more than what is on disk. */
  #configFor(uri: string, kind: DocumentFacts['kind']): { readonly uri: string; readonly text: string } | undefined {
    const found = kind === 'config' ? undefined : this.#sources.configs.of(uri);
    const open = found && this.#openAt(found.uri);
    return open ? { uri: open.facts.uri, text: open.text } : found;
  }

  #openAt(uri: string): OpenDocument | undefined {
    return this.#open.get(uri) ?? documentAt({ documents: () => [...this.#open.values()] }, uri);
  }
}
