// The runs of one engine: started by clients, taken up again after a crash, resumed by people. Invariants:
//   G1. A run is live at most once; what happens to it goes through its live run alone.
//   G2. Each run's work carries its id (`AsyncLocalStorage`), so that an error nobody caught names its run.
//   G3. What can not be opened keeps no other run from going on.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import {
  type Answer,
  type Command,
  type Failure,
  failure,
  type FollowMessage,
  type Query,
  type RunEnded,
  type RunEvent,
  type RunId,
  type RunStarted,
  type RunSummary,
  type SendAnswer,
  type StartAnswer,
  type StartRequest,
  type ToolDescriptor,
} from '../../run/index.ts';
import { type LiveRun, reopenRun, type RunPorts, startRun } from '../core/index.ts';
import { StorageError } from '../adapters/storage/index.ts';
import type { CallRunner, Clock, Replies, RunIndex, Seal } from '../ports/index.ts';
import type { CountedLog } from './counted-log.ts';
import { earlierReplies } from './earlier-replies.ts';
import { fallOf } from './falls.ts';
import { Follower } from './follower.ts';
import { KeyArbiter, type RunRules } from './key-arbiter.ts';
import type { Keyring } from './keyring.ts';
import { LiveText } from './live-text.ts';
import type { Work } from './life.ts';
import { MockCalls } from './mock-calls.ts';
import { materialOf, type Prepared, prepareStart, type RunMaterial } from './prepare-start.ts';
import { newRunId } from './run-id.ts';
import { RunQueries, unknownRun } from './run-queries.ts';
import type { Runs } from './runs.ts';
import { SettlingRuns } from './settling-runs.ts';
import { submissionOf } from './submission.ts';
import { Watchers } from './watchers.ts';

const maxLive = 500;
const readPage = 1_000;
const knownSemantics = 1;

/** What a registry works with. */
export interface RegistryParts {
  readonly log: CountedLog;
  readonly index: RunIndex;
  readonly replies: Replies;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly seal: Seal;
  /** The tools of this engine. */
  readonly tools: readonly ToolDescriptor[];
  /** The last look before a run begins: at what can not be known from its texts. */
  readonly admit: (material: RunMaterial) => Promise<Prepared>;
  /** Makes the calls of runs. */
  readonly calls: (world: CallWorld) => CallRunner;
  readonly logger: Logger;
  /** The folder that this engine works for. A run goes on there, wherever it was recorded; undefined: where that was. */
  readonly workspace?: string;
  readonly onWork: () => void;
  readonly onFall: (error: unknown, runId: RunId | undefined) => void;
}

/** What a call runner may ask about the run of a call. */
export interface CallWorld {
  startOf(runId: RunId): RunStarted;
  rulesOf(runId: RunId): RunRules;
  mocksOf(runId: RunId): MockCalls;
}

interface Entry {
  readonly material: RunMaterial;
  /** Whether its base URLs come from the record alone: no client of this engine has named them. */
  readonly isRecorded: boolean;
  readonly mocks: MockCalls;
  /** What its calls have said so far. */
  readonly text: LiveText;
  /** Undefined while the run is being opened. */
  live?: LiveRun;
  /** What became of the request to cancel it, once there was one. */
  cancelling?: Promise<SendAnswer>;
}

export class RunRegistry implements Runs {
  readonly #parts: RegistryParts;
  readonly #entries = new Map<RunId, Entry>();
  readonly #followers = new Map<RunId, Set<Follower>>();
  readonly #context = new AsyncLocalStorage<RunId>();
  readonly #queries: RunQueries;
  readonly #watchers: Watchers;
  readonly #arbiter: KeyArbiter;
  readonly #calls: CallRunner;
  readonly #resuming = new Set<RunId>();
  /** Runs whose record somebody works on: they are not opened. */
  readonly #withheld = new Set<RunId>();
  readonly #settling = new SettlingRuns();
  #opening = 0;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
    this.#queries = new RunQueries(parts.log, parts.index);
    this.#watchers = new Watchers(
      (runId) => parts.index.get(runId),
      (error) => parts.logger.error({ err: error }, 'telling watchers failed'),
    );
    const world: CallWorld = {
      startOf: (runId) => this.#entry(runId).material.started,
      mocksOf: (runId) => this.#entry(runId).mocks,
      rulesOf: (runId) => this.#rulesOf(runId),
    };
    this.#arbiter = new KeyArbiter(parts.keyring, (runId) => this.#rulesOf(runId));
    this.#arbiter.onChange((runId) => {
      const live = this.#entries.get(runId)?.live;
      if (live) this.#context.run(runId, () => live.arbiterChanged());
    });
    const calls = parts.calls(world);
    this.#calls = { run: (runId, ...call) => this.#context.run(runId, () => calls.run(runId, ...call)) };
  }

  async start(request: StartRequest): Promise<StartAnswer> {
    if (this.#entries.size >= maxLive) return { ok: false, refused: tooMany() };
    const prepared = await prepareStart(request, this.#parts.tools);
    const admitted = prepared.ok ? await this.#parts.admit(prepared.material) : prepared;
    if (!admitted.ok) return admitted;
    const { material } = admitted;
    const runId = newRunId(this.#parts.clock.nowMs());
    this.#parts.keyring.offer(runId, request.offer);
    const started = this.#parts.seal(material.started);
    await this.#open(runId, { material, isRecorded: false }, [], (ports) =>
      startRun({ runId, workflow: material.workflow, started }, ports),
    );
    this.#parts.logger.info({ runId, mock: request.mock }, 'run started');
    return { ok: true, runId };
  }

  async send(runId: RunId, command: Command): Promise<SendAnswer> {
    // What is resumed while it is being cancelled goes on after that; its keys must not be forgotten with its end.
    if (command.type === 'resume') await this.#endOfCancel(runId);
    if ('offer' in command) {
      this.#parts.keyring.offer(runId, command.offer);
      this.#arbiter.changed(runId);
    }
    const isLive = this.#entries.get(runId)?.live !== undefined;
    if (command.type === 'resume') return isLive ? { ok: true } : this.#resume(runId, command);
    if (command.type === 'offer') return isLive ? { ok: true } : refuseSend(await this.#notLive(runId));
    const entry = this.#entries.get(runId);
    if (!entry?.live) return refuseSend(await this.#notLive(runId));
    const { live } = entry;
    const answer = this.#context.run(runId, () => live.submit(submissionOf(command)));
    if (command.type === 'cancel') entry.cancelling = answer;
    return answer;
  }

  ask(query: Query): Promise<Answer> {
    return this.#queries.answer(query);
  }

  async follow(
    runId: RunId,
    fromSeq: number,
    deliver: (batch: readonly FollowMessage[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const follower = new Follower(fromSeq, {
      read: (from, limit) => this.#parts.log.read(runId, from, limit),
      deliver,
      isLive: () => this.#entries.has(runId),
      whyStopped: () => this.#whyStopped(runId),
    });
    for (const message of this.#entries.get(runId)?.text.soFar() ?? []) follower.offer(message);
    const all = this.#followers.get(runId) ?? new Set();
    this.#followers.set(runId, all.add(follower));
    signal.addEventListener('abort', () => follower.close(), { once: true });
    try {
      await follower.run();
    } finally {
      all.delete(follower);
      if (all.size === 0) this.#followers.delete(runId);
    }
  }

  watch(listener: (run: RunSummary) => Promise<void>, signal: AbortSignal): void {
    this.#watchers.add(listener, signal);
  }

  /** Goes on with every unfinished run that is not set aside. */
  async reopenUnfinished(): Promise<void> {
    for (const runId of await this.#parts.index.unfinished()) {
      try {
        await this.#reopen(runId);
        this.#parts.logger.info({ runId }, 'run taken up again');
      } catch (error) {
        this.#parts.logger.error({ err: error, runId }, 'a run could not be taken up');
        // A disk that is full, or can not be written, is not the run's mistake, and could not take the note either.
        if (!(error instanceof StorageError)) await this.#parts.index.noteFall(runId, this.#parts.seal(fallOf(error)));
      }
    }
  }

  /** Tells watchers that the record of a run has changed, though nothing happened in it here. */
  changed(runId: RunId): void {
    this.#watchers.changed(runId);
  }

  /** Does something to the record of a run that is not live, and keeps it from being opened; undefined: it is live. */
  async whileIdle<T>(runId: RunId, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#entries.has(runId) || this.#resuming.has(runId)) return undefined;
    this.#withheld.add(runId);
    try {
      await this.#settling.letGo(runId);
      return await work();
    } finally {
      this.#withheld.delete(runId);
    }
  }

  work(): Work {
    const busy = [...this.#entries.values()].flatMap(({ live }) => (live ? [live.busy()] : []));
    const calls = busy.reduce((sum, { callsInFlight }) => sum + callsInFlight, 0);
    const timers = busy.flatMap(({ nextTimerAt }) => (nextTimerAt === undefined ? [] : [nextTimerAt]));
    return {
      inFlight: calls + this.#parts.log.pending() + this.#opening,
      nextTimerAt: timers.length > 0 ? Math.min(...timers) : undefined,
    };
  }

  activeRuns(): number {
    return this.#entries.size;
  }

  /** The run of the work that is going on, or the only one there is. */
  guiltyRun(): RunId | undefined {
    return this.#context.getStore() ?? (this.#entries.size === 1 ? [...this.#entries.keys()][0] : undefined);
  }

  /** Lets go of all runs; the next engine goes on with them. */
  async detachAll(): Promise<void> {
    const lives = [...this.#entries.values()].map(({ live }) => live);
    await Promise.all([this.#settling.detachAll(), ...lives.map(async (live) => live?.detach())]);
    this.#entries.clear();
  }

  async #open(
    runId: RunId,
    opening: Pick<Entry, 'material' | 'isRecorded'>,
    recorded: readonly RunEvent[],
    begin: (ports: RunPorts) => Promise<LiveRun>,
  ): Promise<LiveRun> {
    if (this.#entries.has(runId)) throw new Error(`Run ${runId} is live already.`);
    const { workflow, started } = opening.material;
    const entry: Entry = { ...opening, mocks: new MockCalls(workflow, started), text: new LiveText() };
    for (const event of recorded) entry.mocks.absorb(event);
    this.#entries.set(runId, entry);
    this.#opening++;
    try {
      const live = await this.#context.run(runId, () => begin(this.#portsOf(runId)));
      entry.live = live;
      void live.ended.then(
        (end) => this.#ended(runId, live, end),
        (error: unknown) => this.#parts.onFall(error, runId),
      );
      return live;
    } catch (error) {
      this.#entries.delete(runId);
      this.#parts.keyring.forget(runId);
      throw error;
    } finally {
      this.#opening--;
      this.#parts.onWork();
    }
  }

  /** @param baseUrls those of a resume; left out: the last that were recorded */
  async #reopen(runId: RunId, baseUrls?: RunRules['baseUrls']): Promise<LiveRun> {
    await this.#settling.letGo(runId);
    const events = await this.#readAll(runId);
    const [started] = events;
    if (started?.type !== 'run-started') throw new Error(`The record of run ${runId} does not begin with its start.`);
    const semantics: number = started.semantics;
    if (semantics !== knownSemantics) throw new Error(`Run ${runId} needs another engine (semantics ${semantics}).`);
    const resumed = events.findLast((event) => event.type === 'run-resumed' && event.baseUrls !== undefined);
    const recorded = resumed?.type === 'run-resumed' ? resumed.baseUrls : started.baseUrls;
    const { workspace = started.workspace } = this.#parts;
    const material = materialOf({ ...started, workspace, baseUrls: baseUrls ?? recorded ?? {} });
    return this.#open(runId, { material, isRecorded: baseUrls === undefined }, events, (ports) =>
      reopenRun({ runId, workflow: material.workflow, events }, ports),
    );
  }

  async #resume(runId: RunId, command: Extract<Command, { type: 'resume' }>): Promise<SendAnswer> {
    const summary = await this.#parts.index.get(runId);
    if (!summary || this.#withheld.has(runId)) return refuseSend(unknownRun(runId));
    if (summary.status === 'completed') {
      return refuseSend(failure('already_completed', `Run ${runId} is complete; there is nothing to resume.`));
    }
    if (this.#resuming.has(runId)) return { ok: true };
    this.#resuming.add(runId);
    try {
      await this.#parts.index.clearFalls(runId);
      const { actor, interactive, baseUrls } = command;
      const live = await this.#reopen(runId, Object.keys(baseUrls).length > 0 ? baseUrls : undefined);
      const used = this.#entry(runId).material.started.baseUrls ?? {};
      const resumed = { type: 'run-resumed', actor, interactive, baseUrls: used } as const;
      const answer = await this.#context.run(runId, () => live.submit(resumed));
      // A run that was set aside had not ended: taking it up was all it needed.
      if (answer.ok || answer.refused.code === 'run_active') return { ok: true };
      await live.detach();
      this.#entries.delete(runId);
      return answer;
    } finally {
      this.#resuming.delete(runId);
    }
  }

  #portsOf(runId: RunId): RunPorts {
    return {
      log: this.#parts.log,
      calls: this.#calls,
      arbiter: this.#arbiter,
      replies: earlierReplies(this.#parts.replies, this.#parts.log, this.#parts.logger),
      clock: this.#parts.clock,
      seal: this.#parts.seal,
      hash: (text) => createHash('sha256').update(text).digest('hex'),
      publish: (message) => this.#publish(runId, message),
    };
  }

  #publish(runId: RunId, message: FollowMessage): void {
    this.#entries.get(runId)?.text.absorb(message);
    if (message.type === 'event') this.#entries.get(runId)?.mocks.absorb(message.event);
    for (const follower of this.#followers.get(runId) ?? []) follower.offer(message);
    if (message.type === 'event') this.#watchers.changed(runId);
    this.#parts.onWork();
  }

  #ended(runId: RunId, live: LiveRun, end: RunEnded | Failure): void {
    this.#entries.delete(runId);
    this.#settling.add(runId, live, 'code' in end ? end : undefined);
    this.#parts.keyring.forget(runId);
    if ('code' in end) this.#parts.logger.error({ runId, failure: end }, 'a run stopped without its end');
    else this.#parts.logger.info({ runId, status: end.status }, 'run ended');
    for (const follower of this.#followers.get(runId) ?? []) follower.wake();
    this.#watchers.changed(runId);
    this.#parts.onWork();
  }

  async #endOfCancel(runId: RunId): Promise<void> {
    const entry = this.#entries.get(runId);
    const cancelled = await entry?.cancelling;
    if (cancelled?.ok) await entry?.live?.ended;
  }

  /** Why a run that is not live has no end: it stopped under this engine, or was set aside. */
  async #whyStopped(runId: RunId): Promise<Failure | undefined> {
    const summary = await this.#parts.index.get(runId);
    if (!summary || summary.endedAt !== undefined) return undefined;
    return this.#settling.whyStopped(runId) ?? summary.failure;
  }

  async #readAll(runId: RunId): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    for (;;) {
      const page = await this.#parts.log.read(runId, events.length + 1, readPage);
      events.push(...page);
      if (page.length < readPage) return events;
    }
  }

  async #notLive(runId: RunId): Promise<Failure> {
    const summary = await this.#parts.index.get(runId);
    if (!summary) return unknownRun(runId);
    return failure('run_not_active', `Run ${runId} is ${summary.status} and takes no such command.`, {
      remedy: 'A run that failed, was cancelled or set aside can be resumed.',
    });
  }

  #entry(runId: RunId): Entry {
    const entry = this.#entries.get(runId);
    if (!entry) throw new Error(`Run ${runId} is not live.`);
    return entry;
  }

  #rulesOf(runId: RunId): RunRules {
    const { isRecorded, material } = this.#entry(runId);
    const { config, started } = material;
    return { config, baseUrls: started.baseUrls ?? {}, isRecorded, mock: started.mock, trusted: started.trusted };
  }
}

function refuseSend(refused: Failure): SendAnswer {
  return { ok: false, refused };
}

function tooMany(): Failure {
  return failure('too_many_runs', `This engine has ${maxLive} runs that have not ended.`, {
    remedy: 'Cancel some, or answer what they wait for.',
  });
}
