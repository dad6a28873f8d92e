// The semantic tokens that a client has got last of each document: it is told only what has changed since.
import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver';
import { tokenChanges } from './token-changes.ts';

/** A person looks at a few documents at a time; of others all tokens are sent again. */
const maxDocuments = 20;

export class TokenMemory {
  readonly #given = new Map<string, { readonly id: string; readonly data: readonly number[] }>();
  #count = 0;

  /** All tokens of a document. */
  whole(uri: string, data: readonly number[]): SemanticTokens {
    return { resultId: this.#keep(uri, data), data: [...data] };
  }

  /** What has changed; all tokens, if the client speaks of others than those that it was given last. */
  since(uri: string, id: string, data: readonly number[]): SemanticTokens | SemanticTokensDelta {
    const before = this.#given.get(uri);
    if (before?.id !== id) return this.whole(uri, data);
    return { resultId: this.#keep(uri, data), edits: [...tokenChanges(before.data, data)] };
  }

  #keep(uri: string, data: readonly number[]): string {
    this.#count += 1;
    const id = String(this.#count);
    this.#given.delete(uri);
    this.#given.set(uri, { id, data });
    const [oldest] = this.#given.keys();
    if (this.#given.size > maxDocuments && oldest !== undefined) this.#given.delete(oldest);
    return id;
  }
}
