// The documents that are open, each in its newest version, with the configuration that holds for it.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { fileKindOf, OpenDocument, pathOfUri } from '../features/open-document.ts';
import type { WorkspaceConfigs } from './workspace-config.ts';

export class Documents {
  readonly #configs: WorkspaceConfigs;
  readonly #open = new Map<string, OpenDocument>();

  constructor(configs: WorkspaceConfigs) {
    this.#configs = configs;
  }

  /** Takes a new version of a document. @returns whether it is one of our files */
  put(source: TextDocument): boolean {
    const kind = fileKindOf(source.uri, source.languageId);
    if (!kind) return false;
    const { uri, version } = source;
    this.#set({ uri, version, kind, text: source.getText() });
    return true;
  }

  get(uri: string): OpenDocument | undefined {
    return this.#open.get(uri);
  }

  remove(uri: string): void {
    this.#open.delete(uri);
  }

  /** A configuration may have changed. @returns the URIs of the workflows for which it did: they begin anew */
  refresh(): readonly string[] {
    const changed = [...this.#open.values()].filter(({ facts: { kind, uri, config } }) => {
      const now = kind === 'workflow' ? this.#configFor(uri) : undefined;
      return now?.uri !== config?.uri || now?.text !== config?.text;
    });
    for (const document of changed) this.#set(document.facts);
    return changed.map((document) => document.facts.uri);
  }

  #set({ uri, version, kind, text }: OpenDocument['facts']): void {
    const config = kind === 'workflow' ? this.#configFor(uri) : undefined;
    const facts = { uri, version, kind, text, ...(config ? { config } : {}) };
    this.#open.set(uri, new OpenDocument(facts, this.#open.get(uri)));
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

/** Editors write URIs in ways of their own: other escapes, another case of the drive. */
function isSameFile(a: string, b: string): boolean {
  const [one, other] = [a, b].map((uri) => pathOfUri(uri).replace(/^\/[A-Z]:/, (drive) => drive.toLowerCase()));
  return one === other;
}
