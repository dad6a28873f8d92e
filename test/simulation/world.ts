// What a simulated run meets: models and tools with latencies and faults, people who answer, an arbiter who makes wait.
// It outlives the engines that crash, as the real world does.
import type { LiveRun } from '../../engine/core/index.ts';
import type { Arbiter, Call, CallResult, CallRunner } from '../../engine/ports/index.ts';
import type { FollowMessage, Json, Message, Question, RunEvent } from '../../run/index.ts';
import { failure, staticPathOf } from '../../run/index.ts';
import { roll } from './random.ts';
import type { Scenario } from './scenario.ts';
import { answerOf, type CallPlace, fateOfModel, fateOfTool, replyOf, toolOutput, unclearEnd } from './script.ts';
import type { VirtualClock } from './virtual-clock.ts';

export class World {
  readonly #scenario: Scenario;
  readonly #clock: VirtualClock;
  /** How often each `once` place took effect. */
  readonly effects = new Map<string, number>();
  readonly problems: string[] = [];
  /** Usages told after the end of their call. */
  lateReports = 0;
  healed = false;
  readonly #unclear = new Set<string>();
  readonly #waited = new Set<string>();
  readonly #hasTimeout: (staticPath: string) => boolean;
  #engine: { readonly live: () => LiveRun | undefined; readonly died: AbortController } | undefined;

  readonly #record: readonly RunEvent[];

  /** @param hasTimeout tells of a static path whether its task has a `timeout` @param record what is durable, as it grows */
  constructor(
    scenario: Scenario,
    clock: VirtualClock,
    hasTimeout: (staticPath: string) => boolean,
    record: readonly RunEvent[],
  ) {
    this.#record = record;
    this.#scenario = scenario;
    this.#clock = clock;
    this.#hasTimeout = hasTimeout;
  }

  /** The ports of a new engine. Its calls end, without an effect still to come, when it dies. */
  enter(live: () => LiveRun | undefined): {
    readonly calls: CallRunner;
    readonly arbiter: Pick<Arbiter, 'request'>;
    readonly publish: (message: FollowMessage) => void;
  } {
    this.leave();
    const engine = { live, died: new AbortController() };
    this.#engine = engine;
    let heard = this.#record.length;
    return {
      calls: { run: (_run, call, _report, signal, late) => this.#call(call, signal, late, engine.died.signal) },
      arbiter: { request: (_run, call) => this.#ask(call) },
      publish: (message) => {
        if (message.type !== 'event') return;
        const { seq, type } = message.event;
        heard += 1;
        if (seq !== heard) this.problems.push(`event ${seq} is heard in the place of event ${heard}`);
        if (this.#record[seq - 1]?.type !== type)
          this.problems.push(`event ${seq} (${type}) is heard before it is recorded`);
        this.#hear(message.event);
      },
    };
  }

  /** The engine is gone. */
  leave(): void {
    this.#engine?.died.abort();
    this.#engine = undefined;
  }

  /** Hears again what an earlier engine asked and nobody answered. */
  catchUp(events: readonly RunEvent[]): void {
    const open = new Map<string, RunEvent>();
    for (const event of events) {
      if (event.type === 'question-asked') open.set(event.id, event);
      if (event.type === 'question-answered') open.delete(event.id);
      if (event.type !== 'task-ended') continue;
      for (const [id, asked] of open) if (asked.type === 'question-asked' && asked.task === event.path) open.delete(id);
    }
    for (const event of open.values()) this.#hear(event);
  }

  async #call(
    call: Call,
    signal: AbortSignal,
    late: (spent: { usage: { inputTokens: number; outputTokens: number }; costNanoUsd: number }) => void,
    died: AbortSignal,
  ): Promise<CallResult> {
    const cut = AbortSignal.any([signal, died]);
    const isRecorded = this.#record.some((event) => event.type === 'call-started' && event.path === call.path);
    if (!isRecorded) this.problems.push(`the call ${call.path} leaves before it is recorded`);
    const spent = { usage: { inputTokens: 3, outputTokens: 4 }, costNanoUsd: 700 };
    const result = await this.#outcome(call, cut, () => {
      if (died.aborted || roll(this.#scenario.seed, call.path, 'late') >= 0.5) return;
      this.lateReports += 1;
      late(spent);
    });
    if (!signal.aborted) this.#watchCut(call);
    return call.kind === 'model' && result.status === 'completed' ? { outcome: result, spent } : { outcome: result };
  }

  async #outcome(call: Call, cut: AbortSignal, reportLate: () => void): Promise<CallResult['outcome']> {
    await this.#clock.sleep(this.#latency(call, 'out'), cut);
    if (cut.aborted) return { status: 'cancelled' };
    const place = this.#placeOf(call);
    const result = call.kind === 'model' ? this.#model(call, place) : this.#tool(call, place);
    if (result === 'hang') {
      await this.#clock.sleep(3_600_000, cut);
      // Some say what it cost after all.
      reportLate();
      return { status: 'cancelled' };
    }
    await this.#clock.sleep(this.#latency(call, 'back'), cut);
    // A cut call may have its answer already.
    const isTooLate = cut.aborted && roll(this.#scenario.seed, call.path, 'just in time') < 0.6;
    return isTooLate ? { status: 'cancelled' } : result;
  }

  /** A call that was not cut must still be wanted: not timed out, and its run not cancelled a while ago. */
  #watchCut(call: Call): void {
    for (let at = this.#record.length - 1; at >= 0; at -= 1) {
      const event = this.#record[at];
      if (event?.type === 'call-ended' && event.path === call.path)
        this.problems.push(`${call.path} goes on after its end`);
      const isOver = event?.type === 'cancel-requested' && event.at < this.#clock.nowMs();
      if (isOver) this.problems.push(`${call.path} goes on after the cancel`);
      if (event?.type === 'call-started' && event.path === call.path) return;
      if (isOver || event?.type === 'run-resumed') return;
    }
  }

  #model(call: Extract<Call, { kind: 'model' }>, place: CallPlace): CallResult['outcome'] | 'hang' {
    const { messages, tools, outputSchema, toolChoice } = call.request;
    this.#watchConversation(call, messages);
    const fate = fateOfModel(place, call.attempt);
    if (fate.type === 'hang') return 'hang';
    if (fate.type === 'fail') return { status: 'failed', error: fate.error };
    if (toolChoice === 'none' && tools.length === 0) this.problems.push(`${call.path}: tools off without tools`);
    const isRepair = place.key.endsWith('/repair');
    const agent = { tools: tools.map(({ name }) => name), schema: outputSchema, isRepair };
    return { status: 'completed', reply: replyOf(place, messages, agent) };
  }

  #tool(call: Extract<Call, { kind: 'tool' }>, place: CallPlace): CallResult['outcome'] | 'hang' {
    const once = call.effect === 'once';
    const id = `${place.task}/${place.key}`;
    const output = toolOutput(place.task, call.tool, call.input);
    const fate = fateOfTool(place, call.attempt, once);
    if (fate.type === 'fail') return { status: 'failed', error: fate.error };
    if (fate.type === 'hang') return 'hang';
    if (fate.type === 'unclear' && !this.#unclear.has(id)) {
      this.#unclear.add(id);
      const end = unclearEnd(place);
      if (end.tookEffect) this.#takeEffect(id);
      return end.hangs ? 'hang' : { status: 'failed', error: failure('network', 'cut', { retryable: true }) };
    }
    if (once) this.#takeEffect(id);
    return { status: 'completed', output };
  }

  #takeEffect(id: string): void {
    const count = (this.effects.get(id) ?? 0) + 1;
    this.effects.set(id, count);
    if (count > 1) this.problems.push(`${id}: a once tool took effect ${count} times`);
  }

  /** A conversation begins with the instructions or the prompt, and no assistant follows an assistant. */
  #watchConversation(call: Call, messages: readonly Message[]): void {
    messages.forEach((message, index) => {
      const before = messages[index - 1];
      const bad =
        message.role === 'assistant'
          ? (before?.role ?? 'assistant') === 'assistant'
          : message.role === 'tool' && !before;
      if (bad) this.problems.push(`${call.path}: the conversation is out of order at message ${index}`);
    });
  }

  #placeOf(call: Call): CallPlace {
    const key = call.path.slice(call.task.length + 1, call.path.lastIndexOf('#'));
    const hasTimeout = this.#hasTimeout(staticPathOf(call.task));
    const model = call.kind === 'model' ? call.request.model : '';
    return { seed: this.#scenario.seed, task: call.task, key, model, hasTimeout, healed: this.healed };
  }

  #latency(call: Call, part: string): number {
    return Math.floor(roll(this.#scenario.seed, call.path, part) * 1500);
  }

  #ask(call: Call): ReturnType<Arbiter['request']> {
    const { seed, waits } = this.#scenario;
    const id = `${call.task}|${call.path.replace(/#\d+$/, '')}`;
    if (roll(seed, id, 'waits') >= waits || this.#waited.has(id)) return { type: 'grant' };
    const engine = this.#engine;
    void this.#clock.sleep(2000, engine?.died.signal ?? AbortSignal.abort()).then(() => {
      this.#waited.add(id);
      engine?.live()?.arbiterChanged();
    });
    return { type: 'wait', reason: failure('missing_key', 'no key yet') };
  }

  #hear(event: RunEvent): void {
    if (event.type !== 'question-asked') return;
    const reply = this.#answer(event.task, event.question);
    if (!reply) return;
    const engine = this.#engine;
    void this.#clock.sleep(reply.afterMs, engine?.died.signal ?? AbortSignal.abort()).then(async () => {
      if (engine !== this.#engine) return;
      const actor = { kind: 'person', via: 'simulation' } as const;
      // A refusal is fine: the task may have ended meanwhile.
      const answered = await engine
        ?.live()
        ?.submit({ type: 'question-answered', id: event.id, answer: reply.answer, actor });
      const isRecorded = this.#record.some((one) => one.type === 'question-answered' && one.id === event.id);
      if (answered?.ok === true && !isRecorded)
        this.problems.push(`the answer to ${event.id} is taken before it is recorded`);
    });
  }

  #answer(task: string, question: Question): { readonly answer: Json; readonly afterMs: number } | undefined {
    switch (question.kind) {
      case 'approve_tool':
        return { answer: this.#scenario.leave[question.tool] ?? 'allow', afterMs: 1500 };
      case 'lost_call': {
        const id = question.call.slice(0, question.call.lastIndexOf('#'));
        const tookEffect = (this.effects.get(id) ?? 0) > 0;
        const output = toolOutput(task, question.tool, question.input);
        return { answer: tookEffect ? { answer: 'done', output } : 'repeat', afterMs: 2500 };
      }
      case 'options':
      case 'form': {
        const reply = answerOf(this.#scenario.seed, task, this.#hasTimeout(staticPathOf(task)));
        const isApproval = question.kind === 'options' && question.options.includes('approve');
        return reply && isApproval ? { ...reply, answer: reply.answer === 'yes' ? 'approve' : 'reject' } : reply;
      }
    }
  }
}
