// Lets a call go when its key is there and may be sent where it goes; else it waits, with the reason, until a client
// offers what is missing.
import { splitModel } from '../../models/index.ts';
import type { RunId } from '../../run/index.ts';
import type { Arbiter, Call, Grant, Wait } from '../ports/index.ts';
import { endpointOf, type EndpointRules, whyNotTo } from './endpoints.ts';
import type { Keyring } from './keyring.ts';

/** What the arbiter must know of a run. */
export interface RunRules extends EndpointRules {
  readonly trusted: boolean;
}

export class KeyArbiter implements Arbiter {
  readonly #keyring: Keyring;
  readonly #rulesOf: (runId: RunId) => RunRules;
  #listener: (runId: RunId) => void = () => undefined;

  constructor(keyring: Keyring, rulesOf: (runId: RunId) => RunRules) {
    this.#keyring = keyring;
    this.#rulesOf = rulesOf;
  }

  request(runId: RunId, call: Call): Grant | Wait {
    if (call.kind === 'tool') return { type: 'grant' };
    const rules = this.#rulesOf(runId);
    const endpoint = endpointOf(splitModel(call.request.model).provider, rules);
    // What can never work is not waited for: the call is made, and its runner says why it fails.
    if ('code' in endpoint) return { type: 'grant' };
    const key = endpoint.secret === null ? undefined : this.#keyring.key(runId, endpoint.secret);
    const reason = whyNotTo(endpoint, key, rules.trusted);
    return reason && reason.code !== 'not_trusted' ? { type: 'wait', reason } : { type: 'grant' };
  }

  onChange(listener: (runId: RunId) => void): void {
    this.#listener = listener;
  }

  /** New keys came for a run: its waiting calls should ask again. */
  changed(runId: RunId): void {
    this.#listener(runId);
  }
}
