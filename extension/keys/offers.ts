// What this window gives an engine for one run: keys from the secret storage with the origins their user granted, and
// base URLs from the user's own environment.
import { type Disposable, workspace } from 'vscode';
import { offersFromEnvironment, originsFor, readGrants } from '../../client/index.ts';
import type { Actor, Offer, RunSummary } from '../../run/index.ts';
import type { Engine } from '../processes/engine.ts';
import type { RunEntry, RunList } from '../views/run-list.ts';
import type { KeyStore } from './key-store.ts';
import { askToGrant } from './remedies.ts';

/** Who acts, in the record. */
export const editorActor: Actor = { kind: 'person', via: 'vscode' };

/** @param names only these keys; left out: all that are stored */
export async function offerOf(keys: KeyStore, names?: readonly string[]): Promise<Offer> {
  if (!workspace.isTrusted) return { secrets: [] };
  const wanted = names ?? (await keys.names());
  if (wanted.length === 0) return { secrets: [] };
  const grants = await readGrants();
  const secrets = await Promise.all(
    [...new Set(wanted)].map(async (name) => {
      const value = await keys.get(name);
      return value === undefined ? [] : [{ name, value, grantedOrigins: originsFor(name, process.env, grants) }];
    }),
  );
  return { secrets: secrets.flat() };
}

/** Base URLs that the user's environment sets (`OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL`). */
export function baseUrlsOfEnvironment(): { readonly [provider: string]: string } {
  return offersFromEnvironment(process.env).baseUrls;
}

/**
 * Gives keys to runs that wait for them: after an engine fell, after a reload, and when a key is set. A key goes to a
 * run only if that run says it waits for this very key; to an address that a file chose, only after the person said so.
 */
export class KeyGiver implements Disposable {
  readonly #keys: KeyStore;
  readonly #runs: RunList;
  readonly #report: (error: unknown) => void;
  readonly #listening: readonly Disposable[];
  /** Runs that were given a key, by what they waited for then: a key that does not help is not sent again and again. */
  readonly #given = new Map<string, string>();

  constructor(keys: KeyStore, runs: RunList, report: (error: unknown) => void) {
    this.#keys = keys;
    this.#runs = runs;
    this.#report = report;
    this.#listening = [
      runs.onChanged(() => this.#look()),
      keys.onChanged(() => {
        this.#given.clear();
        this.#look();
      }),
    ];
  }

  dispose(): void {
    for (const one of this.#listening) one.dispose();
  }

  #look(): void {
    for (const entry of this.#runs.live()) {
      const name = wantedKey(entry.run);
      if (name === undefined) continue;
      const waitsFor = `${name} since ${entry.run.seq}`;
      if (this.#given.get(entry.run.runId) === waitsFor) continue;
      this.#given.set(entry.run.runId, waitsFor);
      this.#give(entry, name).catch(this.#report);
    }
  }

  async #give({ engine, run }: RunEntry, name: string): Promise<void> {
    if (run.failure?.code === 'origin_not_granted' && !(await askToGrant(run.failure))) return;
    const offer = await offerOf(this.#keys, [name]);
    if (offer.secrets.length > 0) await sendOffer(engine, run.runId, offer);
  }
}

/** The key that a run waits for, if it does: to be set, or to be allowed to go where the run would send it. */
export function wantedKey(run: RunSummary): string | undefined {
  if (run.failure?.code !== 'missing_key' && run.failure?.code !== 'origin_not_granted') return undefined;
  const secret = run.failure.details?.['secret'];
  return typeof secret === 'string' ? secret : undefined;
}

async function sendOffer(engine: Engine, runId: string, offer: Offer): Promise<void> {
  const client = await engine.connect();
  const answer = await client.send(runId, { type: 'offer', actor: editorActor, offer });
  // The run may have ended meanwhile; then there is nothing to give.
  if (!answer.ok && answer.refused.code !== 'run_ended') throw new Error(answer.refused.message);
}
