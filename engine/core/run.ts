// The run loop. Invariants:
//   L1. Nobody outside hears of a fact, and no call leaves, before the log has accepted it (intent before effect).
//   L2. Only the loop awaits: the inbox, earlier replies, then the log. So order is the record's order.
//   L3. What is folded was sealed first and is what is recorded: the state equals its own folded log.
//   L4. If the log refuses, the state is thrown away and the run stops; whoever reopens it begins from the record.
//   L5. A call has one end. What comes after it settles its usage, no more.
import type {
  Fact,
  Failure,
  FollowMessage,
  Progress,
  RunEnded,
  RunEvent,
  RunId,
  RunStarted,
  SendAnswer,
  Spent,
} from '../../run/index.ts';
import { failure, fill, spill } from '../../run/index.ts';
import type { Workflow } from '../../workflow/model/model.ts';
import type { Arbiter, Call, CallResult, CallRunner, Clock, EventLog, Replies, Seal } from '../ports/index.ts';
import type { CoreState } from '../tasks/index.ts';
import { Alarm } from './alarm.ts';
import { callStarted, type Hash } from './call-facts.ts';
import { type Decision, decide, waitingCall } from './decide.ts';
import { foldCore, newCore } from './fold.ts';
import { earlierReply, reusableAs, reused } from './reuse.ts';
import { admit, type Submission } from './submissions.ts';

/** What a run needs of the world. */
export interface RunPorts {
  readonly log: Pick<EventLog, 'append' | 'keep' | 'load'>;
  readonly calls: CallRunner;
  readonly arbiter: Pick<Arbiter, 'request'>;
  /** Asked before the arbiter, for calls that may get an earlier reply. Must not reject; large values are put back. */
  readonly replies: Pick<Replies, 'findReply'>;
  readonly clock: Clock;
  readonly seal: Seal;
  readonly hash: Hash;
  /** Hears every event as it is recorded, in order, and progress in between. Must not throw. */
  readonly publish: (message: FollowMessage) => void;
}

/** A run under way. */
export interface LiveRun {
  readonly runId: RunId;
  /** Adds a fact. Resolves when it is recorded, or refused with a reason. */
  submit(submission: Submission): Promise<SendAnswer>;
  /** Waiting calls may ask the arbiter again. */
  arbiterChanged(): void;
  /**
   * The end of the run, or the storage failure that stopped it. Rejects on a mistake of ours. Stays open after
   * `detach`, and while an ended run that was reopened is not resumed.
   */
  readonly ended: Promise<RunEnded | Failure>;
  busy(): { readonly callsInFlight: number; readonly nextTimerAt?: number };
  /** Stops working on the run and leaves the record as it is: cuts its calls, which are lost for who reopens it. */
  detach(): Promise<void>;
}

/** `decide`, or a `decide` that is watched (the simulator compares it with `decideAll`). */
export type Decider = (state: CoreState) => Decision;

/** Begins a run. Resolves when its first events are recorded; rejects if they can not be. */
export async function startRun(
  begin: { readonly runId: RunId; readonly workflow: Workflow; readonly started: RunStarted },
  ports: RunPorts,
  decider: Decider = decide,
): Promise<LiveRun> {
  const loop = new RunLoop(newCore(begin.runId, begin.workflow), ports, decider);
  await loop.begin([begin.started]);
  return loop;
}

/**
 * Goes on with a recorded run. Calls that were in flight are lost, overdue timers fire, what has not ended goes on. A run
 * that has ended waits for `run-resumed`.
 * @param events all of its events, from the log
 */
export async function reopenRun(
  again: { readonly runId: RunId; readonly workflow: Workflow; readonly events: readonly RunEvent[] },
  ports: RunPorts,
  decider: Decider = decide,
): Promise<LiveRun> {
  const state = newCore(again.runId, again.workflow);
  for (const event of again.events) foldCore(state, await fill(event, (hash) => ports.log.load(hash)));
  const loop = new RunLoop(state, ports, decider);
  await loop.begin(
    [...state.inFlight].map(([path, { node }]) => ({
      type: 'call-ended',
      path,
      task: node.path,
      outcome: { status: 'lost' },
    })),
  );
  return loop;
}

/** A step records at most about this many events, so that one that never calls out can not fill the memory. */
const maxEventsPerStep = 5_000;

type Entry =
  | { readonly type: 'facts'; readonly facts: readonly Fact[]; readonly done: () => void }
  | { readonly type: 'submission'; readonly submission: Submission; readonly answer: (answer: SendAnswer) => void }
  | { readonly type: 'result'; readonly call: Call; readonly result: CallResult }
  | { readonly type: 'late'; readonly call: Call; readonly spent: Spent }
  | { readonly type: 'ask-again' }
  | { readonly type: 'tick' };

/** What one turn of the loop gathers before it waits for the log. */
interface Step {
  readonly at: number;
  readonly events: RunEvent[];
  readonly calls: Call[];
  readonly cuts: Set<string>;
  /** Called once the log has accepted, or with the reason if it has not. */
  readonly tell: ((refused?: Failure) => void)[];
}

class RunLoop implements LiveRun {
  readonly runId: RunId;
  readonly ended: Promise<RunEnded | Failure>;
  readonly #state: CoreState;
  readonly #ports: RunPorts;
  readonly #decider: Decider;
  readonly #alarm: Alarm;
  readonly #running = new Map<string, AbortController>();
  /** Waiting calls that may ask the arbiter again. */
  #mayAsk = new Set<string>();
  /** It ended under this loop; who resumes it reopens it first. */
  #hasEnded = false;
  #inbox: Entry[] = [];
  #work: Promise<void> | undefined;
  #stopped: Failure | undefined;
  #resolveEnd!: (end: RunEnded | Failure) => void;
  #rejectEnd!: (error: unknown) => void;

  constructor(state: CoreState, ports: RunPorts, decider: Decider) {
    this.#decider = decider;
    this.runId = state.runId;
    this.#state = state;
    this.#ports = ports;
    this.#alarm = new Alarm(
      state,
      ports.clock,
      () => this.#take({ type: 'tick' }),
      (error) => this.#fall(error),
    );
    this.ended = new Promise((resolve, reject) => {
      this.#resolveEnd = resolve;
      this.#rejectEnd = reject;
    });
  }

  /** Records the first facts. Rejects with the log's error if it refuses them. */
  async begin(facts: readonly Fact[]): Promise<void> {
    await new Promise<void>((done, refuse) => {
      this.#refuseBegin = refuse;
      this.#take({ type: 'facts', facts, done });
      this.#take({ type: 'ask-again' });
    });
    this.#refuseBegin = undefined;
  }

  #refuseBegin: ((error: unknown) => void) | undefined;

  submit(submission: Submission): Promise<SendAnswer> {
    return new Promise((answer) => {
      if (this.#stopped) answer({ ok: false, refused: this.#stopped });
      else this.#take({ type: 'submission', submission, answer });
    });
  }

  arbiterChanged(): void {
    this.#take({ type: 'ask-again' });
  }

  busy(): { readonly callsInFlight: number; readonly nextTimerAt?: number } {
    const nextTimerAt = this.#alarm.nextAt();
    const callsInFlight = Math.max(this.#running.size, this.#state.inFlight.size);
    return { callsInFlight, ...(nextTimerAt !== undefined && { nextTimerAt }) };
  }

  async detach(): Promise<void> {
    this.#stop(failure('detached', 'The engine has let go of this run.', { retryable: true }));
    await this.#work;
  }

  #take(entry: Entry): void {
    if (this.#stopped) return;
    this.#inbox.push(entry);
    this.#work ??= this.#loop();
  }

  async #loop(): Promise<void> {
    try {
      // What happens in the same moment goes into one append.
      await Promise.resolve();
      while (this.#inbox.length > 0 && !this.#stopped) await this.#step();
    } catch (error) {
      this.#fall(error);
    } finally {
      this.#work = undefined;
    }
  }

  async #step(): Promise<void> {
    const at = Math.max(this.#state.at, this.#ports.clock.nowMs());
    const step: Step = { at, events: [], calls: [], cuts: new Set(), tell: [] };
    for (const entry of this.#inbox.splice(0)) this.#absorb(step, entry);
    for (const { id, task } of this.#alarm.takeDue(at)) this.#record(step, { type: 'timer-fired', id, task });
    await this.#follow(step);
    if (step.events.length > 0 && !this.#stopped) await this.#append(step.events);
    if (this.#stopped) for (const tell of step.tell) tell(this.#stopped);
    else this.#act(step);
  }

  #absorb(step: Step, entry: Entry): void {
    switch (entry.type) {
      case 'facts':
        for (const fact of entry.facts) this.#record(step, fact);
        step.tell.push((refused) => {
          if (!refused) entry.done();
        });
        return;
      case 'submission': {
        const admitted = this.#hasEnded
          ? { ok: false as const, refused: alreadyEnded }
          : admit(this.#state, entry.submission);
        if (admitted.ok) this.#record(step, admitted.fact);
        step.tell.push((refused) => {
          if (refused) entry.answer({ ok: false, refused });
          else entry.answer(admitted.ok ? { ok: true } : admitted);
        });
        return;
      }
      case 'result':
        return this.#absorbResult(step, entry.call, entry.result);
      case 'late':
        return this.#settle(step, entry.call, entry.spent);
      case 'ask-again':
        this.#mayAsk = new Set(this.#state.waiting.keys());
        return;
      case 'tick':
        return;
    }
  }

  #absorbResult(step: Step, call: Call, { outcome, spent }: CallResult): void {
    if (this.#state.inFlight.has(call.path)) {
      const { path, task } = call;
      const requestHash = reusableAs(call, outcome, this.#ports.hash);
      const more = { ...(spent && { spent }), ...(requestHash !== undefined && { reusableAs: requestHash }) };
      this.#record(step, { type: 'call-ended', path, task, outcome, ...more });
    } else if (spent) this.#settle(step, call, spent);
  }

  #settle(step: Step, { path, task }: Call, spent: Spent): void {
    this.#record(step, { type: 'usage-settled', path, task, spent });
  }

  /** Records what follows until nothing does. */
  async #follow(step: Step): Promise<void> {
    while (!this.#stopped) {
      if (step.events.length >= maxEventsPerStep) return this.#take({ type: 'tick' });
      const { facts, start, cancels } = this.#decider(this.#state);
      for (const path of cancels) step.cuts.add(path);
      for (const fact of facts) this.#record(step, fact);
      const call = start ?? (facts.length === 0 ? this.#takeWaiting() : undefined);
      if (call) await this.#ask(step, call);
      else if (facts.length === 0) return;
    }
  }

  /** An earlier reply, else leave to make the call, else a wait. */
  async #ask(step: Step, wanted: Call): Promise<void> {
    const call = this.#ports.seal(wanted);
    const earlier = await earlierReply(call, step.at, this.#ports);
    if (this.#stopped) return;
    if (earlier) {
      for (const fact of reused(call, earlier, this.#ports.hash)) this.#record(step, fact);
      return;
    }
    const answer = this.#ports.arbiter.request(this.runId, call);
    if (answer.type === 'grant') {
      this.#record(step, callStarted(call, answer, this.#ports.hash));
      step.calls.push(call);
      return;
    }
    const { path, task } = call;
    const before = this.#state.waiting.get(path)?.reason;
    if (before?.code === answer.reason.code && before.message === answer.reason.message) return;
    this.#record(step, { type: 'call-waiting', path, task, reason: answer.reason });
  }

  /** A waiting call that may ask once more, after the arbiter has changed. */
  #takeWaiting(): Call | undefined {
    const call = waitingCall(this.#state, this.#mayAsk);
    if (call) this.#mayAsk.delete(call.path);
    return call;
  }

  /** Numbers and folds a fact. The log hears of it at the end of the step; until then nobody outside does. */
  #record(step: Step, fact: Fact): void {
    const event: RunEvent = { ...this.#ports.seal(fact), seq: this.#state.seq + 1, at: step.at };
    foldCore(this.#state, event);
    step.events.push(event);
    if (event.type === 'timer-set') this.#alarm.add(event);
    if (event.type === 'run-ended') this.#hasEnded = true;
  }

  async #append(events: readonly RunEvent[]): Promise<void> {
    const { log, hash } = this.#ports;
    const spilled = events.map((event) => spill(event, (bytes) => hash(new TextDecoder().decode(bytes))));
    const recorded = spilled.map(({ event }) => event);
    const blobs = spilled.flatMap((one) => one.blobs);
    try {
      const kept = blobs.map((blob) => log.keep(blob.hash, blob.bytes));
      await Promise.all([...kept, log.append(this.runId, recorded[0]?.seq ?? 1, recorded)]);
    } catch (error) {
      const reason = storageFailure(error);
      this.#stop(reason);
      this.#refuseBegin?.(error);
      this.#resolveEnd(reason);
      return;
    }
    for (const event of recorded) this.#ports.publish({ type: 'event', event });
  }

  /** What the record now allows: answers, calls, cuts, and the next alarm. */
  #act(step: Step): void {
    for (const tell of step.tell) tell();
    for (const call of step.calls) this.#start(call);
    for (const path of step.cuts) this.#running.get(path)?.abort();
    for (const event of step.events) {
      // A call that ended by its timeout: the runner may stop.
      if (event.type === 'call-ended') this.#running.get(event.path)?.abort();
      if (event.type === 'run-ended') this.#resolveEnd(event);
    }
    this.#alarm.arm();
  }

  #start(call: Call): void {
    const cut = new AbortController();
    this.#running.set(call.path, cut);
    const report = (progress: Progress): void => {
      if (this.#running.has(call.path)) {
        this.#ports.publish({ type: 'progress', progress: this.#ports.seal(progress) });
      }
    };
    const late = (spent: Spent): void => this.#take({ type: 'late', call, spent });
    void this.#ports.calls.run(this.runId, call, report, cut.signal, late).then(
      (result) => {
        this.#running.delete(call.path);
        this.#take({ type: 'result', call, result });
      },
      // A runner never rejects, so this is a mistake of ours.
      (error: unknown) => this.#fall(error),
    );
  }

  /** A mistake of ours: the process ends, the record goes on with the next. */
  #fall(error: unknown): void {
    this.#stop(failure('engine_fell', error instanceof Error ? error.message : String(error)));
    if (this.#refuseBegin) this.#refuseBegin(error);
    else this.#rejectEnd(error);
  }

  #stop(reason: Failure): void {
    if (this.#stopped) return;
    this.#stopped = reason;
    this.#alarm.disarm();
    for (const cut of this.#running.values()) cut.abort();
    for (const entry of this.#inbox.splice(0)) {
      if (entry.type === 'submission') entry.answer({ ok: false, refused: reason });
    }
  }
}

const alreadyEnded = failure('run_ended', 'The run has just ended.', { remedy: 'Resume it.' });

/** What the log threw, for people: storage errors know how to say it. */
function storageFailure(error: unknown): Failure {
  if (error instanceof Error && 'toFailure' in error && typeof error.toFailure === 'function') {
    return error.toFailure() as Failure;
  }
  const message = error instanceof Error ? error.message : String(error);
  return failure('storage_failed', `The run could not be recorded: ${message}`, {
    retryable: true,
    remedy: 'Make room for the data folder and make it writable, then resume the run.',
  });
}
