/** Batches on their way to one reader. `put` resolves when the reader has taken the batch, and so holds its sender back. */
export class BatchQueue<T> implements AsyncIterable<T> {
  #batches: { readonly items: readonly T[]; readonly taken: () => void }[] = [];
  #ending: { readonly error?: Error } | undefined;
  #wake: () => void = () => undefined;

  /** Adds a batch; resolves when it was taken, or at once when nobody reads any more. */
  async put(items: readonly T[]): Promise<void> {
    if (this.#ending) return;
    await new Promise<void>((taken) => {
      this.#batches.push({ items, taken });
      this.#wake();
    });
  }

  /** The reader leaves after what it has; what waits is dropped. */
  end(): void {
    this.#close({});
  }

  /** The reader gets what has come, then the error. */
  fail(error: Error): void {
    if (this.#ending) return;
    this.#ending = { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const batch = this.#batches.shift();
      if (batch) {
        batch.taken();
        yield* batch.items;
      } else if (this.#ending) {
        if (this.#ending.error) throw this.#ending.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #close(ending: { readonly error?: Error }): void {
    this.#ending = ending;
    for (const batch of this.#batches) batch.taken();
    this.#batches = [];
    this.#wake();
  }
}
