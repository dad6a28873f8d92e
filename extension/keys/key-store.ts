// API keys, in the editor's secret storage: encrypted by the system, never in a file of ours, a setting or a log.
import type { Event, SecretStorage, SecretStorageChangeEvent } from 'vscode';

const prefix = 'key:';

export class KeyStore {
  readonly #secrets: SecretStorage;
  readonly onChanged: Event<SecretStorageChangeEvent>;

  constructor(secrets: SecretStorage) {
    this.#secrets = secrets;
    this.onChanged = secrets.onDidChange;
  }

  /** Names of the stored keys (`OPENAI_API_KEY`), sorted. */
  async names(): Promise<readonly string[]> {
    const all = await this.#secrets.keys();
    return all
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .sort();
  }

  async get(name: string): Promise<string | undefined> {
    return this.#secrets.get(prefix + name);
  }

  async set(name: string, value: string): Promise<void> {
    await this.#secrets.store(prefix + name, value);
  }

  async remove(name: string): Promise<void> {
    await this.#secrets.delete(prefix + name);
  }
}
