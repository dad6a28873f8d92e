// What is known of models, loaded once: half a megabyte, which the server can begin without.
import { type ModelBook, openModelBook } from '../../models/index.ts';

export class KnownModels {
  #book: ModelBook | undefined;
  #loading: Promise<void> | undefined;

  /** Undefined until it is loaded. */
  get book(): ModelBook | undefined {
    return this.#book;
  }

  /** Loads it, if that has not begun. @returns when it is there; undefined: it is */
  load(): Promise<void> | undefined {
    if (this.#book) return undefined;
    this.#loading ??= openModelBook().then((book) => {
      this.#book = book;
    });
    return this.#loading;
  }
}
