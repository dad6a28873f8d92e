// The keys that clients offered, in memory, each for one run. Nothing else in the engine holds a key.
import type { Offer, RunId } from '../../run/index.ts';
import type { SecretSeal } from './secret-seal.ts';

/** A key, and where it may be sent beyond its provider's own origin. */
export interface Key {
  readonly value: string;
  readonly grantedOrigins: readonly string[];
}

export class Keyring {
  readonly #keys = new Map<RunId, Map<string, Key>>();
  readonly #seal: SecretSeal;

  constructor(seal: SecretSeal) {
    this.#seal = seal;
  }

  /** Takes what a client offers for a run. A newer value of a name replaces the older one. */
  offer(runId: RunId, offer: Offer): void {
    if (offer.secrets.length === 0) return;
    const keys = this.#keys.get(runId) ?? new Map<string, Key>();
    for (const { name, value, grantedOrigins } of offer.secrets) {
      this.#seal.add(value);
      keys.set(name, { value, grantedOrigins });
    }
    this.#keys.set(runId, keys);
  }

  key(runId: RunId, name: string): Key | undefined {
    return this.#keys.get(runId)?.get(name);
  }

  /** The run has ended: its keys are no longer needed. */
  forget(runId: RunId): void {
    this.#keys.delete(runId);
  }
}
