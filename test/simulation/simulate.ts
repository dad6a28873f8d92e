// Runs the scenario of a seed through engines that may crash, and asks all questions of it.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  type Decider,
  type Decision,
  decide,
  decideAll,
  foldCore,
  type LiveRun,
  newCore,
  reopenRun,
  type RunPorts,
  startRun,
} from '../../engine/core/index.ts';
import type { CoreState } from '../../engine/tasks/index.ts';
import type { Failure, JsonObject, RunEnded, RunEvent, RunStarted } from '../../run/index.ts';
import { checkWorkflow, locateTask, planOf, type Workflow } from '../../workflow/index.ts';
import { essenceOf } from './core-essence.ts';
import { BreakingLog } from './breaking-log.ts';
import { type EngineFault, type PortName, WatchedPorts } from './engine-faults.ts';
import { predict } from './oracle.ts';
import { checkPrefixes } from './prefix-checks.ts';
import { checkReaders } from './reader-checks.ts';
import { checkRecord } from './record-checks.ts';
import { type Scenario, scenarioOf, tools } from './scenario.ts';
import { VirtualClock } from './virtual-clock.ts';
import { World } from './world.ts';

/** What became of one run of a scenario. */
export interface SimulatedRun {
  readonly problems: readonly string[];
  readonly events: readonly RunEvent[];
  /** How often each engine, from the first, called each of its ports: so each call can be made to fail. */
  readonly portCalls: readonly ReadonlyMap<PortName, number>[];
}

/** A mistake as it could stand in the engine, put there from outside, to see whether the questions find it. */
export interface Mutation {
  /** Changes `decide` and `decideAll` alike: a mistake in what they share. */
  readonly decider?: (decide: Decider) => Decider;
  /** Changes `decide` alone: a mistake in what it looks at. */
  readonly touchedDecider?: (decide: Decider) => Decider;
  readonly ports?: (ports: RunPorts) => RunPorts;
}

const maxEvents = 20_000;
const maxEngines = 50;
const downMs = 500;

/** A scenario with its workflow, as the text of a file is read. */
export interface Stage {
  readonly scenario: Scenario;
  readonly workflow: Workflow;
  /** What the checker says against the file: nothing, if generator and checker are right. */
  readonly refused: readonly string[];
}

/** Writes the workflow of a seed and reads it. */
export function stageOf(seed: number): Stage {
  return stageFrom(scenarioOf(seed));
}

/** Reads the workflow of a scenario. */
export function stageFrom(scenario: Scenario): Stage {
  const text = JSON.stringify(scenario.doc);
  const others = Object.entries(scenario.files).map(([name, doc]) => [name, { text: JSON.stringify(doc) }] as const);
  const files = new Map(others);
  const { workflow, diagnostics } = checkWorkflow({ file: 'simulated.segue.yaml', text, tools, files });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return { scenario, workflow, refused: errors.map(({ code, message }) => `${code}: ${message}`) };
}

/** Runs a scenario once. @param faults what goes wrong under the first, second, … engine; nothing under those after them */
export async function simulate(
  { scenario, workflow, refused }: Stage,
  faults: readonly EngineFault[] = [],
  mutation: Mutation = {},
): Promise<SimulatedRun> {
  const simulation = new Simulation(scenario, workflow, faults, mutation);
  await simulation.run();
  const problems = [...refused, ...simulation.problems];
  return { problems, events: simulation.log.events, portCalls: simulation.portCalls };
}

class Simulation {
  readonly log = new BreakingLog();
  readonly portCalls: ReadonlyMap<PortName, number>[] = [];
  readonly problems: string[] = [];
  readonly #scenario: Scenario;
  readonly #workflow: Workflow;
  readonly #faults: readonly EngineFault[];
  readonly #mutation: Mutation;
  readonly #decide: Decider;
  readonly #decideAll: Decider;
  readonly #clock = new VirtualClock();
  readonly #world: World;

  constructor(scenario: Scenario, workflow: Workflow, faults: readonly EngineFault[], mutation: Mutation) {
    this.#scenario = scenario;
    this.#workflow = workflow;
    this.#faults = faults;
    const { decider = same, touchedDecider = same } = mutation;
    this.#mutation = mutation;
    this.#decide = touchedDecider(decider(decide));
    this.#decideAll = decider(decideAll);
    const hasTimeout = (path: string): boolean => {
      const task = locateTask(workflow, path)?.task;
      // The time of a planner is for all that it has planned.
      return task?.type !== 'planner' && task?.timeoutMs !== undefined;
    };
    this.#world = new World(scenario, this.#clock, hasTimeout, this.log.events);
    this.#commands();
  }

  async run(): Promise<void> {
    for (let engine = 0; ; engine += 1) {
      if (engine > maxEngines) return this.#say('the run does not end, however often it is reopened');
      const end = await this.#engine(this.#faults[engine] ?? {});
      if (this.problems.length > 0) return;
      if (end === 'stuck' || this.log.events.length > maxEvents) {
        this.#say(end === 'stuck' ? 'nothing can happen any more, but the run has not ended' : 'the run does not end');
        break;
      }
      if (end === 'ended' && !this.#shouldResume()) break;
      await this.#pass(downMs);
    }
    const events = await this.log.whole();
    this.problems.push(...this.#world.problems, ...checkRecord(this.#workflow, events, this.problems.length === 0));
    if (this.problems.length === 0) this.problems.push(...checkPrefixes(this.#workflow, events, this.#decideAll));
    if (this.problems.length === 0) this.#compareWithOracle(events);
  }

  /** One engine, from its start to the end of the run or its own. */
  async #engine({ dieAfterSeq, failCall }: EngineFault): Promise<'ended' | 'died' | 'stuck'> {
    this.log.revive(dieAfterSeq);
    const watched = new WatchedPorts(failCall, () => this.#isEnded());
    this.portCalls.push(watched.counts);
    let live: LiveRun | undefined;
    let end: RunEnded | Failure | 'fell' | undefined;
    let state: CoreState | undefined;
    const fell = (error: unknown): void => {
      const isMeant = this.log.dead || watched.hasFailed;
      if (!isMeant) this.#say(`the engine fell: ${error instanceof Error ? error.stack : String(error)}`);
      end = 'fell';
    };
    const cut = new Set<string>();
    const decider = (seen: CoreState): Decision => {
      state = seen;
      return this.#decideBothWays(seen, cut);
    };
    this.#live = () => live;
    const { ports: mutated = same } = this.#mutation;
    const ports = watched.wrap(
      mutated({
        log: this.log,
        clock: this.#clock,
        replies: { findReply: () => Promise.resolve(undefined) },
        seal: <T>(value: T): T => value,
        hash: (text: string) => createHash('sha256').update(text).digest('hex'),
        ...this.#world.enter(() => live),
      }),
    );
    const { events } = this.log;
    const hadEnded = this.#isEnded();
    const again = { runId: 'run', workflow: this.#workflow, events: [...events] };
    const begun =
      events.length === 0
        ? startRun({ runId: 'run', workflow: this.#workflow, started: this.#started() }, ports, decider)
        : reopenRun(again, ports, decider);
    begun
      .then(async (one) => {
        live = one;
        void one.ended.then((how) => {
          end = how;
        }, fell);
        if (hadEnded) {
          await one.submit({
            type: 'run-resumed',
            actor: { kind: 'person', via: 'simulation' },
            interactive: this.#scenario.interactive,
          });
          if (this.#scenario.heals) this.#world.healed = true;
        }
        this.#world.catchUp(this.log.events);
      })
      .catch(fell);
    const done = await this.#clock.runUntil(
      () => end !== undefined || this.problems.length > 0 || this.log.events.length > maxEvents,
    );
    this.#world.leave();
    if (!done) return 'stuck';
    if (this.problems.length > 0) return 'ended';
    if (this.log.dead || end === 'fell') return 'died';
    if (end && 'code' in end && !watched.hasFailed) this.#say(`the run stopped: ${end.message}`);
    if (end && 'code' in end) return 'died';
    if (watched.hasFailed && !watched.failedLate)
      this.#say(`the engine goes on although its port ${failCall?.port} failed`);
    // What comes late still belongs to the record.
    await this.#pass(5_000);
    // A log that refuses what comes after the end leaves a state that nobody reads any more.
    const isRefused = watched.failedLate && failCall?.port === 'append';
    if (state && !isRefused) await this.#compareWithFold(state);
    await (live as LiveRun | undefined)?.detach();
    return 'ended';
  }

  #live: () => LiveRun | undefined = () => undefined;

  /** @param cut the calls that were to be cut before: `decideAll` names them as long as they fly */
  #decideBothWays(state: CoreState, cut: Set<string>): Decision {
    if (state.seq > maxEvents)
      throw new Error(`the run does not end: the last events are ${short(this.log.events.slice(-6))}`);
    const all = this.#decideAll(state);
    const touched = this.#decide(state);
    const fresh = ({ facts, start, cancels }: Decision): Decision => ({
      facts,
      start,
      cancels: cancels.filter((path) => !cut.has(path)),
    });
    if (!isDeepStrictEqual(fresh(touched), fresh(all))) {
      this.#say(`after event ${state.seq}, decide gives ${short(touched)}, decideAll ${short(all)}`);
    }
    for (const path of touched.cancels) cut.add(path);
    return touched;
  }

  /** The engine's state must be what its record says. */
  async #compareWithFold(state: CoreState): Promise<void> {
    const folded = newCore('run', this.#workflow);
    const events = await this.log.whole();
    for (const event of events) foldCore(folded, event);
    this.problems.push(...checkReaders(folded, events));
    const [live, again] = [essenceOf(state), essenceOf(folded)];
    for (const key of Object.keys(again)) {
      if (!isDeepStrictEqual(live[key], again[key])) {
        this.#say(`the live state differs from its folded log in ${key}: ${short(live[key])} / ${short(again[key])}`);
      }
    }
    const spent = new Map<string, number>();
    for (const event of this.log.events) {
      if (event.type === 'call-ended' && event.spent) spent.set(event.path, event.spent.costNanoUsd ?? 0);
      if (event.type === 'usage-settled') spent.set(event.path, event.spent.costNanoUsd ?? 0);
    }
    const cost = [...spent.values()].reduce((sum, one) => sum + one, 0);
    if (state.costNanoUsd !== cost) this.#say(`the run cost ${cost}, but counted ${state.costNanoUsd}`);
    const settled = this.log.events.filter(({ type }) => type === 'usage-settled').length;
    if (this.#faults.length === 0 && settled !== this.#world.lateReports) {
      this.#say(`${this.#world.lateReports} usages came late, ${settled} were recorded`);
    }
    const rest = this.#decideAll(folded);
    if (rest.facts.length > 0 || rest.start) this.#say(`after the end, decide still gives ${short(rest)}`);
  }

  #compareWithOracle(events: readonly RunEvent[]): void {
    if (!this.#scenario.strict || this.#hasGivenRounds()) return;
    const expected = predict(this.#scenario, this.#workflow);
    const ended = events.findLast((event) => event.type === 'run-ended');
    if (ended?.status !== expected.status) this.#say(`the run ended ${ended?.status}, expected ${expected.status}`);
    else if (expected.outputs && !isDeepStrictEqual(ended.outputs, expected.outputs)) {
      this.#say(`the outputs are ${short(ended.outputs)}, expected ${short(expected.outputs)}`);
    }
    for (const [name, task] of expected.tasks) {
      const found = events.findLast((event) => event.type === 'task-ended' && event.path === name);
      if (found?.type !== 'task-ended') this.#say(`task ${name} has no end, expected ${task.status}`);
      else {
        const seen = {
          status: found.status,
          ...(found.reason !== undefined && { reason: found.reason }),
          ...(found.output !== undefined && { output: found.output }),
          ...(found.status === 'failed' && { code: found.error?.code }),
          ...(task.details && { details: pick(found.details, Object.keys(task.details)) }),
        };
        const { history: _, ...wanted } = task;
        if (!isDeepStrictEqual(seen, wanted)) this.#say(`task ${name} ended ${short(seen)}, expected ${short(task)}`);
      }
    }
  }

  /** True if a loop or a gate was exhausted before a resume, which gave it more: the oracle knows nothing of resumes. */
  #hasGivenRounds(): boolean {
    const resumed = this.log.events.findLastIndex(({ type }) => type === 'run-resumed');
    return this.log.events
      .slice(0, Math.max(0, resumed))
      .some((event) => event.type === 'task-ended' && this.#isGivenMore(event));
  }

  #isGivenMore({ error, staticPath }: Extract<RunEvent, { type: 'task-ended' }>): boolean {
    const isPlanner = locateTask(this.#workflow, staticPath)?.task.type === 'planner';
    return (isPlanner ? givenPlanners : given).has(error?.code ?? '');
  }

  /** People who hold and cancel. */
  #commands(): void {
    const { hold, cancelAtMs } = this.#scenario;
    const actor = { kind: 'person', via: 'simulation' } as const;
    const at = (ms: number, act: (live: LiveRun | undefined) => unknown): void => {
      void this.#wait(ms).then(() => act(this.#live()));
    };
    if (hold) {
      at(hold.setAtMs, (live) =>
        live?.submit({ type: 'hold-set', id: 'h', pattern: hold.pattern, owner: 'sim', actor }),
      );
      const clear = async (): Promise<void> => {
        // An engine may be down just then: the hold must go in the end.
        for (let tries = 0; tries < 40; tries += 1) {
          const answer = await Promise.race([
            this.#live()?.submit({ type: 'hold-cleared', id: 'h', actor }),
            this.#wait(100),
          ]);
          if (answer?.ok === true) return;
          await this.#wait(1000);
        }
      };
      at(hold.clearAtMs, clear);
    }
    if (cancelAtMs !== undefined) at(cancelAtMs, (live) => live?.submit({ type: 'cancel-requested', actor }));
  }

  #shouldResume(): boolean {
    const ended = this.log.events.findLast((event) => event.type === 'run-ended');
    // Who resumes a run that a task cancelled would see it cancelled again.
    if (ended?.status === 'cancelled') return ended.reason === undefined;
    return ended?.status === 'failed' && this.#scenario.heals && !this.#world.healed;
  }

  #isEnded(): boolean {
    const last = this.log.events.findLast(({ type }) => type === 'run-ended' || type === 'run-resumed');
    return last?.type === 'run-ended';
  }

  #wait(ms: number): Promise<undefined> {
    return this.#clock.sleep(ms, new AbortController().signal).then(() => undefined);
  }

  /** Lets time pass. */
  async #pass(ms: number): Promise<void> {
    let isOver = false;
    void this.#wait(ms).then(() => {
      isOver = true;
    });
    await this.#clock.runUntil(() => isOver);
  }

  #started(): RunStarted {
    return {
      type: 'run-started',
      actor: { kind: 'program', via: 'simulation' },
      semantics: 1,
      plan: planOf(this.#workflow, JSON.stringify(this.#scenario.doc)),
      sources: {},
      workspace: '/sim',
      inputs: {},
      env: {},
      mock: true,
      interactive: this.#scenario.interactive,
      trusted: true,
      tools,
      prices: {},
    };
  }

  #say(problem: string): void {
    this.problems.push(problem);
  }
}

/** Failures after which a resume gives as many rounds or tries again. */
const given = new Set(['loop_exhausted', 'gate_failed', 'bad_decomposition', 'supervisor_failed']);
/** The same, of planners. */
const givenPlanners = new Set(['plan_failed', 'plan_rejected', 'bad_plan', 'invalid_output']);

/** What an object has under some keys. */
function pick(object: JsonObject | undefined, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (object?.[key] === undefined ? [] : [[key, object[key]]])));
}

function same<T>(value: T): T {
  return value;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
