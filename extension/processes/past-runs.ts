// What past runs say of a workflow's tasks, for the language server, which reads no record itself. No engine is started
// for it: while none runs nothing is said, and when one comes, or a run ends, the server is told to ask again.
import { type Disposable, type Uri, workspace } from 'vscode';
import { recordedPath } from '../../client/index.ts';
import type { TaskHistory } from '../../language-server/protocol/index.ts';
import type { Engine } from './engine.ts';
import type { Engines } from './engines.ts';

/** Enough for a mean that a single odd run does not bend. */
const runsLookedAt = 20;
/** Of many runs that end together the server hears once. */
const tellAfterMs = 300;

export class PastRuns implements Disposable {
  readonly #engines: Engines;
  readonly #changed: () => void;
  readonly #watched = new WeakSet<Engine>();
  readonly #disposables: Disposable[] = [];
  #telling: NodeJS.Timeout | undefined;

  /** @param changed told when more is known than before */
  constructor(engines: Engines, changed: () => void) {
    this.#engines = engines;
    this.#changed = changed;
    for (const engine of engines.all()) this.#watch(engine);
    this.#disposables.push(engines.onSeen((engine) => this.#watch(engine)));
  }

  /** @returns null when there is no engine, or the file has no place in a record */
  async of(uri: Uri): Promise<TaskHistory | null> {
    if (!workspace.isTrusted || uri.scheme !== 'file') return null;
    const engine = this.#engines.ofFile(uri);
    if (engine.state !== 'connected' && !engine.seemsToRun()) return null;
    const file = recordedPath(uri.fsPath, engine.place.workspace);
    if (file === undefined) return null;
    const client = await engine.connect();
    const answer = await client.ask({ type: 'task-history', file, runs: runsLookedAt });
    return answer.type === 'task-history' ? answer.history : null;
  }

  dispose(): void {
    clearTimeout(this.#telling);
    for (const one of this.#disposables) one.dispose();
  }

  #watch(engine: Engine): void {
    if (this.#watched.has(engine)) return;
    this.#watched.add(engine);
    this.#disposables.push(
      engine.onConnected(() => this.#tell()),
      engine.onRunChanged(({ endedAt }) => {
        if (endedAt !== undefined) this.#tell();
      }),
    );
  }

  #tell(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#changed();
    }, tellAfterMs);
  }
}
