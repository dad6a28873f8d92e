import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { BreakingLog } from '../../test/simulation/breaking-log.ts';
import { WatchedPorts } from '../../test/simulation/engine-faults.ts';
import { tools } from '../../test/simulation/scenario.ts';
import { VirtualClock } from '../../test/simulation/virtual-clock.ts';
import type { FollowMessage, RunEvent } from '../../run/index.ts';
import { failure, largeOf } from '../../run/index.ts';
import { checkWorkflow } from '../../workflow/index.ts';
import type { Call, CallResult } from '../ports/index.ts';
import { type LiveRun, reopenRun, type RunPorts, startRun } from './index.ts';

const actor = { kind: 'person', via: 'test' } as const;

/** A world in which every call takes 100 ms and gives its input. */
class Bench {
  readonly clock = new VirtualClock();
  readonly heard: FollowMessage[] = [];
  readonly called: Call[] = [];
  live: LiveRun | undefined;
  readonly watched: WatchedPorts;
  log: BreakingLog;
  ports: RunPorts;

  constructor(log = new BreakingLog(), more: Partial<RunPorts> = {}, watched = new WatchedPorts()) {
    this.watched = watched;
    this.log = log;
    this.ports = watched.wrap({
      log,
      clock: this.clock,
      seal: (value) => value,
      hash: (text) => createHash('sha256').update(text).digest('hex'),
      publish: (message) => void this.heard.push(message),
      arbiter: { request: () => ({ type: 'grant' }) },
      replies: { findReply: () => Promise.resolve(undefined) },
      calls: { run: (_run, call, _report, signal) => this.#answer(call, signal) },
      ...more,
    });
  }

  async #answer(call: Call, signal: AbortSignal): Promise<CallResult> {
    this.called.push(call);
    await this.clock.sleep(100, signal);
    if (signal.aborted) return { outcome: { status: 'cancelled' } };
    return { outcome: { status: 'completed', output: call.kind === 'tool' ? call.input : null } };
  }

  async start(tasks: string): Promise<LiveRun> {
    const { workflow } = checkWorkflow({ file: 't.segue.yaml', text: `segue: "1"\nname: t\ntasks:\n${tasks}`, tools });
    const started = {
      type: 'run-started',
      actor,
      semantics: 1,
      plan: { name: 't', file: 't.segue.yaml', inputs: {}, tasks: [] },
      sources: {},
      workspace: '/',
      inputs: {},
      env: {},
      mock: true,
      interactive: true,
      trusted: true,
      tools,
      prices: {},
    } as const;
    this.#workflow = workflow;
    this.live = await startRun({ runId: 'r', workflow, started }, this.ports);
    return this.live;
  }

  async reopen(): Promise<LiveRun> {
    if (!this.#workflow) throw new Error('not started');
    const events = [...this.log.events];
    this.live = await reopenRun({ runId: 'r', workflow: this.#workflow, events }, this.ports);
    return this.live;
  }

  #workflow: ReturnType<typeof checkWorkflow>['workflow'] | undefined;

  async end(live: LiveRun): Promise<unknown> {
    let end: unknown;
    void live.ended.then((how) => {
      end = how;
    });
    await this.clock.runUntil(() => end !== undefined);
    return end;
  }

  types(): string[] {
    return this.log.events.map(({ type }) => type);
  }
}

describe('the run loop', () => {
  let bench: Bench;
  afterEach(async () => {
    await bench.live?.detach();
  });

  it('records a whole step of a chain in one append', async () => {
    bench = new Bench();
    const live = await bench.start(
      '  a: { tool: calc }\n  b: { tool: calc, needs: [a] }\n  c: { tool: calc, needs: [b] }\n',
    );
    expect(await bench.end(live)).toMatchObject({ type: 'run-ended', status: 'completed' });
    expect(bench.watched.counts.get('append')).toBe(4);
    expect(bench.types().slice(3, 7)).toEqual(['call-ended', 'task-ended', 'task-started', 'call-started']);
  });

  it('records a long way without calls in several appends', async () => {
    bench = new Bench();
    const live = await bench.start(
      '  a: { type: for_each, items: "${{ range(5000) }}", do: { type: set, values: { v: 1 } } }\n',
    );
    expect(await bench.end(live)).toMatchObject({ status: 'completed' });
    expect(bench.log.events).toHaveLength(10_004);
    expect(bench.watched.counts.get('append')).toBe(3);
  });

  it('tells nobody anything, and calls nothing, before the log has accepted', async () => {
    const slow = new BreakingLog();
    let accept = (): void => undefined;
    const log = {
      keep: slow.keep.bind(slow),
      load: slow.load.bind(slow),
      append: async (runId: string, seq: number, events: readonly RunEvent[]): Promise<void> => {
        await new Promise<void>((resolve) => {
          accept = resolve;
        });
        await slow.append(runId, seq, events);
      },
    };
    bench = new Bench(slow, { log });
    const starting = bench.start('  a: { tool: calc }\n');
    await bench.clock.runUntil(() => true);
    expect([bench.heard, bench.called]).toEqual([[], []]);
    accept();
    await starting;
    expect(bench.heard).toHaveLength(3);
    expect(bench.called).toHaveLength(1);
  });

  it('stops when the log refuses: nobody sees what was not recorded, and another engine goes on', async () => {
    bench = new Bench(new BreakingLog(), {}, new WatchedPorts({ port: 'append', nth: 2, done: false }));
    const live = await bench.start('  a: { tool: send }\n  b: { tool: calc, needs: [a] }\n');
    const end = bench.end(live);
    expect(await end).toMatchObject({
      code: 'storage_failed',
      message: expect.stringContaining('the port append fails'),
    });
    expect(bench.heard).toHaveLength(3);
    expect(await live.submit({ type: 'cancel-requested', actor })).toMatchObject({
      ok: false,
      refused: { code: 'storage_failed' },
    });
    const again = await bench.reopen();
    // The call of the once tool was lost: a person is asked.
    expect(bench.types().slice(3)).toEqual(['call-ended', 'question-asked']);
    expect(await again.submit({ type: 'question-answered', id: 'a/call#1:lost', answer: 'done', actor })).toEqual({
      ok: true,
    });
    expect(await bench.end(again)).toMatchObject({ status: 'completed' });
  });

  it('keeps large values beside the events, and has them again when the run is reopened', async () => {
    bench = new Bench();
    const live = await bench.start(
      '  a: { tool: calc, with: { text: "${{ range(20000) }}" } }\n  b: { type: human, message: "?", options: [y_] , needs: [a] }\n  c: { tool: calc, needs: [b], with: { again: "${{ tasks.a.output }}" } }\n',
    );
    await bench.clock.runUntil(() => bench.types().includes('question-asked'));
    const recorded = bench.log.events.find((event) => event.type === 'task-ended');
    expect(recorded?.type === 'task-ended' && largeOf(recorded.output)?.bytes).toBeGreaterThan(64 * 1024);
    expect(bench.heard.map((message) => message.type === 'event' && message.event)).toEqual(bench.log.events);
    await live.detach();
    const again = await bench.reopen();
    await again.submit({ type: 'question-answered', id: 'b:question', answer: 'y_', actor });
    expect(await bench.end(again)).toMatchObject({ status: 'completed' });
    const [first, second] = bench.called.map((call) => (call.kind === 'tool' ? call.input : null));
    expect(second).toEqual({ again: first });
  });

  it('seals what it records, what it calls with, and what streams', async () => {
    const seal = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('s3cret', '***')) as T;
    bench = new Bench(new BreakingLog(), { seal });
    const { calls } = bench.ports;
    bench.ports = {
      ...bench.ports,
      calls: {
        run: (runId, call, report, signal, late) => {
          report({ type: 'text', call: call.path, text: 'my s3cret' });
          return calls.run(runId, call, report, signal, late);
        },
      },
    };
    const live = await bench.start('  a: { tool: calc, with: { key: my s3cret } }\n');
    await bench.end(live);
    expect(JSON.stringify([bench.heard, bench.log.events, bench.called])).not.toContain('s3cret');
    expect(bench.heard).toContainEqual({
      type: 'progress',
      progress: { type: 'text', call: 'a/call#1', text: 'my ***' },
    });
  });

  it('records why a call waits, once, and lets it ask again when the arbiter has changed', async () => {
    let hasKey = false;
    const reason = failure('missing_key', 'There is no key.');
    bench = new Bench(new BreakingLog(), {
      arbiter: { request: () => (hasKey ? { type: 'grant', note: { n: 1 } } : { type: 'wait', reason }) },
    });
    const live = await bench.start('  a: { tool: calc }\n');
    live.arbiterChanged();
    await bench.clock.runUntil(() => false);
    expect(bench.types()).toEqual(['run-started', 'task-started', 'call-waiting']);
    hasKey = true;
    live.arbiterChanged();
    expect(await bench.end(live)).toMatchObject({ status: 'completed' });
    expect(bench.log.events).toContainEqual(expect.objectContaining({ type: 'call-started', grant: { n: 1 } }));
  });

  it.each([
    [{ type: 'question-answered', id: 'a:question', answer: 'perhaps', actor }, 'invalid_answer'],
    [{ type: 'question-answered', id: 'b:question', answer: 'y_', actor }, 'no_such_question'],
    [{ type: 'hold-cleared', id: 'h', actor }, 'no_such_hold'],
    [{ type: 'run-resumed', interactive: true, actor }, 'run_active'],
  ] as const)('refuses what does not fit (%o)', async (submission, code) => {
    bench = new Bench();
    const live = await bench.start('  a: { type: human, message: "?", options: [y_, n_] }\n');
    const before = bench.log.events.length;
    expect(await live.submit(submission)).toMatchObject({ ok: false, refused: { code } });
    expect(bench.log.events).toHaveLength(before);
  });

  it('refuses everything once the run has ended, and an answer that comes twice', async () => {
    bench = new Bench();
    const live = await bench.start(
      '  a: { type: human, message: "?", options: [y_, n_] }\n  b: { type: human, message: "?", options: [y_] }\n',
    );
    const answer = { type: 'question-answered', id: 'a:question', answer: 'y_', actor } as const;
    expect(await live.submit(answer)).toEqual({ ok: true });
    expect(await live.submit(answer)).toMatchObject({ ok: false, refused: { code: 'already_answered' } });
    await live.submit({ ...answer, id: 'b:question' });
    expect(await live.submit(answer)).toMatchObject({ ok: false, refused: { code: 'run_ended' } });
  });

  it('waits to be resumed when an ended run is reopened', async () => {
    bench = new Bench();
    const live = await bench.start('  a: { tool: send }\n  b: { tool: calc, needs: [a] }\n');
    await live.submit({ type: 'cancel-requested', actor });
    expect(await bench.end(live)).toMatchObject({ status: 'cancelled' });
    const again = await bench.reopen();
    expect(again.busy()).toEqual({ callsInFlight: 0 });
    expect(await again.submit({ type: 'run-resumed', interactive: true, actor })).toEqual({ ok: true });
    expect(bench.log.events.at(-1)).toMatchObject({ type: 'question-asked', id: 'a/call#1:lost' });
  });

  it('says how busy it is, and lets go without a trace in the record', async () => {
    bench = new Bench();
    const live = await bench.start('  a: { tool: calc, timeout: 5s }\n');
    expect(live.busy()).toEqual({ callsInFlight: 1, nextTimerAt: bench.clock.nowMs() + 5000 });
    const before = bench.log.events.length;
    await live.detach();
    await bench.clock.runUntil(() => false);
    expect(bench.log.events).toHaveLength(before);
  });
});
