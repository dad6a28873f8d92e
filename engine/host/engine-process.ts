// The engine process from its lock to its end. Invariants:
//   P1. The lock is taken before anything in the data folder is opened, and given back after all is closed.
//   P2. Every way out but a kill passes `leave` or `fall`: both write what must be known, then end the process.
//   P3. A mistake of ours ends the process with a note of the run it came from, so that this run can not take the
//       others along for ever.
import { randomBytes, randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import {
  engineExit,
  type EngineStatus,
  type Failure,
  protocolVersion,
  type ProviderTest,
  type ProviderTestAnswer,
  type RunId,
  type ShutdownAnswer,
  type ShutdownParams,
  type Upkeep,
  type UpkeepAnswer,
} from '../../run/index.ts';
import { fallOf, noteFallNow } from './falls.ts';
import { Life, type Work } from './life.ts';
import { type HeldLock, takeLock } from './lock.ts';
import { type EngineLog, openLog } from './log-file.ts';
import type { Runs } from './runs.ts';
import { type Listening, listenAt } from './server.ts';
import { openSession } from './session.ts';
import { socketAddress } from './socket-place.ts';

const lookAfterMs = 5_000;
const maintainEveryMs = 10 * 60_000;
/** The next engine of the folder may be waiting meanwhile. */
const tidyBeforeLeavingMs = 2_000;

/** What the process is told. */
export interface EngineOptions {
  readonly dataDir: string;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  /** Takes secrets out of what is logged. */
  readonly seal: (text: string) => string;
  /** Opens the database. */
  readonly openRuns: (place: EnginePlace) => Promise<OpenRuns>;
}

/** What the runs are told of the process they live in. */
export interface EnginePlace {
  readonly dataDir: string;
  readonly lock: HeldLock;
  readonly log: EngineLog['log'];
  /** The runs' work changed: the engine may be free to leave, or not any more. */
  readonly onWork: () => void;
  /** A mistake of ours came to light while this run was worked on: ends the process. */
  readonly onFall: (error: unknown, runId: RunId | undefined) => void;
}

export interface OpenRuns extends Runs {
  /** What became of the record when it was opened. */
  readonly notices: readonly Failure[];
  /** Goes on with unfinished runs. Called once, before the engine listens. */
  takeUp(): Promise<void>;
  work(): Work;
  activeRuns(): number;
  /** One small call to a provider, outside any run. */
  testProvider(test: ProviderTest): Promise<ProviderTestAnswer>;
  /** Something done to the record as a whole. */
  upkeep(request: Upkeep): Promise<UpkeepAnswer>;
  /** The run whose work an uncaught error came from, asked in the handler of that error. */
  guiltyRun(): RunId | undefined;
  /** Deletes what need not be kept and tidies the database, piece by piece; called when nothing is under way. */
  maintain(mayGoOn: () => boolean): Promise<void>;
  /** Lets go of all runs without recording anything, and closes the database. */
  close(): Promise<void>;
}

/** Runs an engine until it leaves; never returns before. Exits at once when another engine has the folder. */
export async function runEngine(options: EngineOptions): Promise<void> {
  const dataDir = realpathSync.native(options.dataDir);
  const logFile = openLog(dataDir, options.env, options.seal);
  const nonce = randomUUID();
  const token = randomBytes(32).toString('hex');
  const { address, attempt } = orNotStarted(logFile, () => {
    const place = socketAddress(dataDir, nonce, options.env);
    const claim = { nonce, token, address: place, version: options.version, protocol: protocolVersion };
    return { address: place, attempt: takeLock(dataDir, claim, Date.now) };
  });
  if (attempt.type === 'taken') {
    logFile.log.info({ holder: attempt.by?.pid, host: attempt.by?.host }, 'another engine has this folder');
    process.exit(engineExit.held);
  }
  const engine = new EngineProcess({ ...options, dataDir }, logFile, attempt.lock, token);
  await engine.begin(address);
}

/** Does what may fail before there is a lock; a failure is logged, where clients read it, and ends the process. */
function orNotStarted<T>({ log, flush }: EngineLog, act: () => T): T {
  try {
    return act();
  } catch (error) {
    log.fatal({ err: error }, 'the engine could not start');
    flush();
    process.exit(engineExit.notStarted);
  }
}

class EngineProcess {
  readonly #options: EngineOptions;
  readonly #logFile: EngineLog;
  readonly #lock: HeldLock;
  readonly #token: string;
  readonly #startedAt = Date.now();
  readonly #life: Life;
  #runs: OpenRuns | undefined;
  #listening: Listening | undefined;
  #requests = 0;
  #maintainedAt = Date.now();
  #leaving = false;

  constructor(options: EngineOptions, logFile: EngineLog, lock: HeldLock, token: string) {
    this.#options = options;
    this.#logFile = logFile;
    this.#lock = lock;
    this.#token = token;
    this.#life = new Life(
      () => this.#work(),
      (reason) => void this.#leave(reason, tidyBeforeLeavingMs),
      Date.now,
    );
  }

  async begin(address: string): Promise<void> {
    const { log } = this.#logFile;
    const { dataDir, version } = this.#options;
    process.on('uncaughtException', (error) => this.#fall(error, this.#runs?.guiltyRun()));
    process.on('unhandledRejection', (error) => this.#fall(error, this.#runs?.guiltyRun()));
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void this.#leave(signal));
    log.info({ version, dataDir, node: process.versions.node }, 'engine starts');
    try {
      this.#runs = await this.#options.openRuns({
        dataDir,
        lock: this.#lock,
        log,
        onWork: () => this.#life.look(),
        onFall: (error, runId) => this.#fall(error, runId),
      });
      await this.#runs.takeUp();
      await this.#listen(address, this.#runs);
    } catch (error) {
      log.fatal({ err: error }, 'the engine could not start');
      this.#lock.release();
      this.#logFile.flush();
      process.exit(engineExit.notStarted);
    }
    setInterval(() => this.#lookAfter(), lookAfterMs).unref();
    this.#life.look();
  }

  async #listen(address: string, runs: OpenRuns): Promise<void> {
    const { log } = this.#logFile;
    this.#listening = await listenAt(address, (socket) =>
      openSession(socket, {
        version: this.#options.version,
        dataDir: this.#options.dataDir,
        notices: runs.notices,
        token: this.#token,
        runs,
        life: this.#life,
        log,
        status: () => this.#status(runs),
        testProvider: (test) => runs.testProvider(test),
        upkeep: (request) => runs.upkeep(request),
        isLeaving: () => this.#leaving,
        shutdown: (params, afterAnswer) => this.#shutdown(params, runs, afterAnswer),
        during: (work) => this.#during(work),
      }),
    );
    this.#lock.markReady();
    log.info({ address, startMs: Date.now() - this.#startedAt }, 'engine listens');
  }

  #work(): Work {
    const work = this.#runs?.work() ?? { inFlight: 1, nextTimerAt: undefined };
    return { ...work, inFlight: work.inFlight + this.#requests };
  }

  async #during<T>(work: () => Promise<T>): Promise<T> {
    this.#requests++;
    try {
      return await work();
    } finally {
      this.#requests--;
      this.#life.look();
    }
  }

  #status(runs: OpenRuns): EngineStatus {
    return {
      version: this.#options.version,
      pid: process.pid,
      dataDir: this.#options.dataDir,
      startedAt: this.#startedAt,
      clients: this.#life.clients,
      runsActive: runs.activeRuns(),
      callsInFlight: runs.work().inFlight,
      residentBytes: process.memoryUsage.rss(),
    };
  }

  #shutdown(
    { force, reason }: ShutdownParams,
    runs: OpenRuns,
    afterAnswer: (leave: () => void) => void,
  ): ShutdownAnswer {
    const { inFlight } = runs.work();
    if (!force && inFlight > 0) return { going: false, busy: `${inFlight} calls are under way` };
    afterAnswer(() => void this.#leave(reason));
    return { going: true };
  }

  #lookAfter(): void {
    this.#logFile.rotate();
    if (this.#leaving) return;
    if (this.#lock.isHeld()) return this.#maintainIfIdle();
    // Another engine has taken the folder over (this one was asleep, or seemed dead from elsewhere): touch nothing.
    this.#logFile.log.fatal('the lock was lost to another engine');
    this.#logFile.flush();
    process.exit(engineExit.held);
  }

  #maintainIfIdle(): void {
    const isIdle = (): boolean => this.#work().inFlight === 0 && !this.#leaving;
    if (Date.now() - this.#maintainedAt < maintainEveryMs || !isIdle()) return;
    this.#maintainedAt = Date.now();
    void this.#maintain(isIdle);
  }

  async #maintain(mayGoOn: () => boolean): Promise<void> {
    try {
      await this.#runs?.maintain(mayGoOn);
    } catch (error) {
      this.#logFile.log.error({ err: error }, 'maintenance failed');
    }
  }

  /** @param tidyMs how long the record may be tidied first, when nobody is in a hurry */
  async #leave(reason: string, tidyMs = 0): Promise<void> {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#life.stop();
    this.#logFile.log.info({ reason }, 'engine leaves');
    try {
      await this.#listening?.close();
      const until = Date.now() + tidyMs;
      await this.#maintain(() => Date.now() < until);
      await this.#runs?.close();
    } catch (error) {
      this.#logFile.log.error({ err: error }, 'closing failed');
    }
    this.#lock.release();
    this.#logFile.flush();
    process.exit(0);
  }

  #fall(error: unknown, runId: RunId | undefined): void {
    this.#logFile.log.fatal({ err: error, runId }, 'the engine fell');
    if (runId !== undefined) {
      const fall = fallOf(error);
      noteFallNow(this.#options.dataDir, JSON.parse(this.#options.seal(JSON.stringify({ runId, error: fall }))));
    }
    this.#logFile.flush();
    // The lock stays behind: its process is gone, so the next engine takes it over.
    process.exit(engineExit.fell);
  }
}
