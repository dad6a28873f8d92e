// The engine of one data folder, as this window sees it. Invariants:
//   W1. No engine is reached in Restricted Mode: one that starts goes on with the runs of the folder.
//   W2. An engine that this window stopped is not started again by it, until a person asks for something.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EventEmitter, l10n, ProgressLocation, window, workspace } from 'vscode';
import {
  type DataDir,
  type EngineConnection,
  EngineError,
  type EngineProgram,
  endSilentEngine,
  engineStatus,
  LastingClient,
  stopEngine,
} from '../../client/index.ts';
import {
  dataFiles,
  type EngineStatus,
  type Failure,
  failure,
  type RunSummary,
  type ShutdownAnswer,
} from '../../run/index.ts';

export interface EngineOptions {
  readonly place: DataDir;
  readonly version: string;
  readonly program: () => EngineProgram;
}

/** `away`: nobody has needed it yet. `lost`: it was there. `failed`: it could not be reached. `stopped`: by this window. */
export type EngineState = 'away' | 'connecting' | 'connected' | 'lost' | 'failed' | 'stopped';

export class Engine {
  readonly place: DataDir;
  readonly #options: EngineOptions;
  readonly #changes = new EventEmitter<RunSummary>();
  readonly #states = new EventEmitter<EngineState>();
  readonly #connections = new EventEmitter<EngineConnection>();
  readonly #shownNotices = new Set<string>();
  #client: LastingClient | undefined;
  #connecting: Promise<LastingClient> | undefined;
  #watching = new AbortController();
  #state: EngineState = 'away';

  /** A run's new summary. */
  readonly onRunChanged = this.#changes.event;
  readonly onStateChanged = this.#states.event;
  /** An engine has come: the first, or another after one was lost. */
  readonly onConnected = this.#connections.event;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.place = options.place;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Whether runs were ever recorded here. */
  hasRecord(): boolean {
    return existsSync(join(this.place.dataDir, dataFiles.database));
  }

  /** Whether an engine seems to run, started by whomever. */
  seemsToRun(): boolean {
    return existsSync(join(this.place.dataDir, dataFiles.lock));
  }

  /** The client, connected; starts an engine when there is none. @throws EngineError */
  connect(): Promise<LastingClient> {
    if (!workspace.isTrusted) return Promise.reject(new EngineError(restricted()));
    if (this.#client && this.#state === 'connected') return Promise.resolve(this.#client);
    this.#connecting ??= this.#connectAnew().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  /** How the engine is, without starting one. */
  status(): Promise<EngineStatus | undefined> {
    return engineStatus(this.#whose());
  }

  /**
   * Ends the engine, whoever started it; its unfinished runs go on with the next one.
   * @param force also while calls are in flight
   * @returns undefined when none runs
   */
  async stop(force: boolean): Promise<ShutdownAnswer | undefined> {
    // First lets go of it: followers of a lost engine would start another.
    this.#letGo('stopped');
    return stopEngine({ ...this.#whose(), force });
  }

  /** Kills an engine that lives and does not answer. */
  async kill(): Promise<void> {
    this.#letGo('stopped');
    await endSilentEngine(this.place.dataDir, this.#options.program());
  }

  dispose(): void {
    this.#letGo('away');
    for (const emitter of [this.#changes, this.#states, this.#connections]) emitter.dispose();
  }

  async #connectAnew(): Promise<LastingClient> {
    const client = this.#client ?? this.#newClient();
    this.#client = client;
    this.#become('connecting');
    try {
      const connection = await client.connection();
      await client.watch((run) => this.#changes.fire(run), this.#watching.signal);
      this.#become('connected');
      this.#connections.fire(connection);
      return client;
    } catch (error) {
      if (this.#client === client) this.#letGo('failed');
      throw error;
    }
  }

  #newClient(): LastingClient {
    this.#watching = new AbortController();
    const client: LastingClient = new LastingClient({
      ...this.#options.program(),
      ...this.#whose(),
      onProgress: (message) => this.#showProgress(message),
      onNotice: (notice) => this.#showNotice(notice),
      onLost: () => {
        if (this.#client === client) this.#become('lost');
      },
      onReconnected: (connection) => {
        if (this.#client !== client) return;
        this.#become('connected');
        this.#connections.fire(connection);
      },
    });
    return client;
  }

  #whose() {
    return { dataDir: this.place.dataDir, kind: 'editor', version: this.#options.version } as const;
  }

  /** Closes the connection; followers end. The next request makes another. */
  #letGo(state: EngineState): void {
    this.#watching.abort();
    this.#client?.close();
    this.#client = undefined;
    this.#become(state);
  }

  #become(state: EngineState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#states.fire(state);
  }

  /** Once in this window; who wants to read it again finds it in `segue doctor` and in the log. */
  #showNotice({ code, message, remedy = '' }: Failure): void {
    if (code !== 'database_set_aside' || this.#shownNotices.has(message)) return;
    this.#shownNotices.add(message);
    void window.showWarningMessage(`Segue: ${message} ${remedy}`);
  }

  /** In the status bar, until the engine is there or is not to be had. */
  #showProgress(message: string): void {
    void window.withProgress({ location: ProgressLocation.Window, title: `Segue: ${message}` }, async () => {
      await this.#connecting?.catch(() => undefined); // Whoever asked for the connection shows the error.
    });
  }
}

function restricted(): ReturnType<typeof failure> {
  return failure('not_trusted', l10n.t('Segue starts no engine in Restricted Mode.'), {
    remedy: l10n.t('Trust the workspace first.'),
  });
}
