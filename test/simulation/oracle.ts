// What a strict scenario comes to, worked out the simple way: task after task, recursively, without events, time or
// slots. It shares with the engine only the parsed workflow, the evaluation of expressions, and the script of the world.
import {
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonSchema,
  type Message,
  type ToolCall,
} from '../../run/index.ts';
import {
  type Agent,
  type AgentTask,
  bestSchema,
  type Body,
  branchesOf,
  type Condition,
  evaluateCondition,
  checkWorkflow,
  evaluateTemplate,
  type ForEachTask,
  type Gate,
  type GatedTask,
  handoffTask,
  type HumanTask,
  type LoopTask,
  joinsTo,
  modelsOf,
  type ParallelTask,
  type PipelineTask,
  type ReflectTask,
  type PlannerTask,
  type Retry,
  type RouterTask,
  type Scope,
  subAgentTask,
  type Task,
  type Template,
  type ToolTask,
  validateJson,
  type WaitTask,
  type Workflow,
  type WorkflowTask,
} from '../../workflow/index.ts';
import { asTasks, isUsable, mendQuestion, planQuestion, replanQuestion, resultOf } from './plans.ts';
import { type Scenario, tools } from './scenario.ts';
import { teamResult } from './oracle-team.ts';
import { isEngineTool } from './talk.ts';
import { TalkOracle } from './talk-oracle.ts';
import { answerOf, type CallPlace, type Fate, fateOfModel, fateOfTool, replyOf, toolOutput } from './script.ts';

/** How a task ends. `code` is the code of its failure. */
export interface Result {
  readonly status: 'completed' | 'failed' | 'skipped';
  readonly reason?: string;
  readonly output?: Json;
  readonly code?: string;
  /** What the finished rounds of a loop or a reflect gave. */
  readonly history?: readonly Json[];
  /** What is said beside the output, as far as the oracle knows it. */
  readonly details?: JsonObject;
}

export interface Prediction {
  readonly status: 'completed' | 'partially_completed' | 'failed' | 'cancelled';
  readonly tasks: ReadonlyMap<string, Result>;
  readonly outputs?: JsonObject;
  /** The code of the failure. */
  readonly code?: string;
}

/** How often a task with a gate was tried, and how often its gate was missed. */
interface Tries {
  readonly tries: number;
  readonly missed: number;
}

interface Stepped {
  readonly result: Result;
  readonly had: Tries;
  /** The feedback with which the stage before it is to be run again. */
  readonly back?: string | undefined;
}

interface Around {
  readonly tasks: { readonly [name: string]: JsonObject };
  readonly names: { readonly [name: string]: Json | undefined };
}

/** What the run of a strict scenario must come to. */
export function predict(scenario: Scenario, workflow: Workflow): Prediction {
  return new Oracle(scenario, workflow).run();
}

/** One file, with what its names stand for: the scenario's own, or one that a task calls. */
class Oracle {
  readonly #scenario: Scenario;
  readonly #workflow: Workflow;
  #shared: JsonObject = {};
  readonly #talk: TalkOracle;
  /** What paths of its tasks begin with. */
  readonly #path: string;
  readonly #inputs: JsonObject;

  constructor(scenario: Scenario, workflow: Workflow, path = '', inputs: JsonObject = {}) {
    this.#scenario = scenario;
    this.#workflow = workflow;
    this.#path = path;
    this.#inputs = inputs;
    for (const { name, default: value } of workflow.shared) this.#shared[name] = value;
    this.#talk = new TalkOracle(
      { ...this.#shared },
      workflow.agents.map(({ name }) => name),
    );
  }

  run(): Prediction {
    const { root, outputs: declared, onFailure } = this.#workflow;
    const { results, seen } = this.#scope(root, this.#path, { tasks: {}, names: { inputs: this.#inputs } });
    const failures = root.tasks.filter(({ name }) => results.get(name)?.status === 'failed');
    const counted = root.tasks.filter(({ name }) => results.get(name)?.status !== 'skipped').length;
    const isPartial =
      onFailure.allowPartial &&
      failures.every(({ critical }) => !critical) &&
      failures.length / counted <= onFailure.maxFailureRate;
    // In a strict scenario it comes after all others.
    const last = root.tasks.at(-1);
    const end = last?.type === 'terminate' && results.get(last.name)?.status === 'completed' ? last.status : undefined;
    if (end === 'failed' || end === 'cancelled') return { status: end, tasks: results, code: 'terminated' };
    const code = results.get(failures[0]?.name ?? '')?.code ?? '';
    if (!end && failures.length > 0 && !isPartial) return { status: 'failed', tasks: results, code };
    const outputs: JsonObject = {};
    for (const { name, value } of declared) {
      const found = this.#value(value, seen);
      if (!found.ok) return { status: 'failed', tasks: results, code: 'expression_error' };
      outputs[name] = found.value;
    }
    return { status: failures.length > 0 && !end ? 'partially_completed' : 'completed', tasks: results, outputs };
  }

  #scope(scope: Scope, prefix: string, outer: Around): { results: Map<string, Result>; seen: Around } {
    const results = new Map<string, Result>();
    let seen = outer;
    for (const task of scope.tasks) {
      const path = prefix ? `${prefix}/${task.name}` : task.name;
      const result = this.#skipOf(task, results) ?? this.#task(task, path, seen);
      results.set(task.name, result);
      seen = { ...seen, tasks: { ...seen.tasks, [task.name]: viewOf(result) } };
    }
    return { results, seen };
  }

  #skipOf(task: Task, results: ReadonlyMap<string, Result>): Result | undefined {
    if (task.disabled) return { status: 'skipped', reason: 'disabled' };
    const kinds = (names: readonly string[]): string[] => names.map((name) => kindOf(results.get(name)));
    const choosers = task.choosers.map((name) => results.get(name));
    if (choosers.length > 0 && !choosers.some((one) => idsIn(one?.output).includes(task.name))) {
      return { status: 'skipped', reason: kinds(task.choosers).includes('bad') ? 'upstream_failed' : 'not_chosen' };
    }
    const needs = kinds(task.needs.filter((name) => !task.choosers.includes(name)));
    if (needs.length === 0) return undefined;
    const [good, bad, idle] = ['good', 'bad', 'idle'].map((kind) => needs.filter((one) => one === kind).length);
    const goes = {
      all_success: good === needs.length,
      none_failed: bad === 0 && idle !== needs.length,
      one_success: good !== 0,
      all_done: true,
    }[task.triggerRule];
    return goes ? undefined : { status: 'skipped', reason: bad === 0 ? 'upstream_skipped' : 'upstream_failed' };
  }

  /** A task whose turn has come: `when`, then its work, then `on_error`. */
  #task(task: Task, path: string, seen: Around): Result {
    if (task.disabled) return { status: 'skipped', reason: 'disabled' };
    const when = task.when ? this.#truth(task.when, seen) : { ok: true as const, value: true };
    if (when.ok && !when.value) return { status: 'skipped', reason: 'when_false' };
    const result = when.ok ? this.#work(task, path, seen) : fail('expression_error');
    const past =
      task.type === 'loop' || task.type === 'reflect' || result.history ? { history: result.history ?? [] } : {};
    return { ...(result.status === 'failed' ? this.#onError(task, path, seen, result) : result), ...past };
  }

  #onError({ onError }: Task, path: string, seen: Around, result: Result): Result {
    const code = result.code ?? '';
    const inner = { ...seen, names: { ...seen.names, error: { code } } };
    switch (onError.kind) {
      case 'fail':
      case 'fail_run':
        return result;
      case 'continue':
        return { status: 'completed', reason: 'recovered' };
      case 'default': {
        const value = this.#value(onError.value, inner);
        return value.ok ? { status: 'completed', reason: 'recovered', output: value.value } : fail('expression_error');
      }
      case 'fallback': {
        const instead = bare(this.#body(onError.body, `${path}/fallback`, inner));
        if (instead.status === 'completed') return { ...instead, reason: 'recovered' };
        return instead.status === 'failed' ? instead : result;
      }
    }
  }

  #body(body: Body, path: string, seen: Around): Result {
    if (body.kind === 'task') return this.#task(body.task, path, seen);
    const when = body.when ? this.#truth(body.when, seen) : { ok: true as const, value: true };
    if (!when.ok) return fail('expression_error');
    if (!when.value) return { status: 'skipped', reason: 'when_false' };
    const inside = this.#scope(body.scope, path, seen);
    for (const result of inside.results.values()) if (result.status === 'failed') return bare(result);
    if (!body.scope.output) return { status: 'completed', output: [...inside.results.values()].at(-1)?.output ?? null };
    const value = this.#value(body.scope.output, inside.seen);
    return value.ok ? { status: 'completed', output: value.value } : fail('expression_error');
  }

  #work(task: Task, path: string, seen: Around): Result {
    switch (task.type) {
      case 'agent':
        return this.#agent(task, path, seen);
      case 'tool':
        return this.#toolTask(task, path, seen);
      case 'workflow':
        return this.#call(task, path, seen);
      case 'condition': {
        for (const { when, to } of task.cases) {
          const truth = this.#truth(when, seen);
          if (!truth.ok) return fail('expression_error');
          if (truth.value) return { status: 'completed', output: [...to] };
        }
        return { status: 'completed', output: task.otherwise.length > 0 ? [...task.otherwise] : null };
      }
      case 'for_each':
        return this.#forEach(task, path, seen);
      case 'loop':
        return this.#loop(task, path, seen);
      case 'gated':
        return this.#gated(task, path, seen, { tries: 0, missed: 0 }).result;
      case 'pipeline':
        return this.#pipeline(task, path, seen);
      case 'parallel':
        return this.#parallel(task, path, seen);
      case 'router':
        return this.#router(task, path, seen);
      case 'reflect':
        return this.#reflect(task, path, seen);
      case 'supervisor': {
        const goal = this.#value(task.goal, seen);
        if (!goal.ok) return fail('expression_error');
        return teamResult(task, path, textOf(goal.value), (part, at, content) => this.#ask(part, at, content));
      }
      case 'planner':
        return this.#planner(task, path, seen);
      case 'set': {
        const value = task.values ? this.#value(task.values, seen) : { ok: true as const, value: null };
        if (!value.ok) return fail('expression_error');
        const written: JsonObject = {};
        for (const [name, template] of task.shared) {
          const one = this.#value(template, seen);
          if (!one.ok) return fail('expression_error');
          written[name] = one.value;
        }
        this.#shared = { ...this.#shared, ...written };
        for (const [name, whole] of Object.entries(written))
          this.#talk.write(name, whole ?? null, `tasks.${task.path}`);
        return { status: 'completed', output: value.value };
      }
      case 'human':
        return this.#human(task, path, seen);
      case 'wait':
        return this.#wait(task, seen);
      case 'terminate':
        return { status: 'completed', output: null };
    }
  }

  /** In a strict scenario a call is made once: what failed inside would fail again. */
  #call(task: WorkflowTask, path: string, seen: Around): Result {
    const inputs: JsonObject = {};
    for (const [name, template] of task.with) {
      const value = this.#value(template, seen);
      if (!value.ok) return fail('expression_error');
      inputs[name] = value.value;
    }
    if (!task.called) return fail('unknown_workflow');
    const inside = new Oracle(this.#scenario, task.called.workflow, path, inputs).run();
    if (inside.status === 'completed') return { status: 'completed', output: inside.outputs ?? {} };
    if (inside.status === 'partially_completed')
      return { status: 'completed', reason: 'partially_completed', output: inside.outputs ?? {} };
    return fail(inside.code ?? 'terminated');
  }

  #human(task: HumanTask, path: string, seen: Around): Result {
    const reply = answerOf(this.#scenario.seed, path, task.timeoutMs !== undefined);
    if (reply) return { status: 'completed', output: reply.answer };
    if (task.onTimeout.kind === 'fail') return fail('timeout');
    if (task.onTimeout.kind === 'skip') return { status: 'skipped', reason: 'timed_out' };
    const value = this.#value(task.onTimeout.value, seen);
    return value.ok ? { status: 'completed', reason: 'timed_out', output: value.value } : fail('expression_error');
  }

  /** The beginning of a simulated run is no matter: only that there is one. */
  #wait(task: WaitTask, seen: Around): Result {
    if (!task.until) return { status: 'completed', output: null };
    const names = { run: { id: 'run', started_at: '2026-01-31T12:00:00Z' } };
    const moment = this.#value(task.until, { ...seen, names: { ...seen.names, ...names } });
    if (!moment.ok) return fail('expression_error');
    const isMoment = typeof moment.value === 'string' && !Number.isNaN(Date.parse(moment.value));
    return isMoment ? { status: 'completed', output: null } : fail('not_a_time');
  }

  #forEach(task: ForEachTask, path: string, seen: Around): Result {
    const items = this.#value(task.items, seen);
    if (!items.ok) return fail('expression_error');
    if (!Array.isArray(items.value)) return fail('not_a_list');
    const results = items.value.map((item, index) => {
      const names = { ...seen.names, [task.as]: item, [task.indexName]: index };
      return this.#body(task.body, `${path}[${index}]`, { ...seen, names });
    });
    if (task.onItemError !== 'continue' && results.some(({ status }) => status === 'failed'))
      return fail('item_failed');
    return {
      status: 'completed',
      output: results.map((one) => (one.status === 'completed' ? (one.output ?? null) : null)),
    };
  }

  #loop(task: LoopTask, path: string, seen: Around): Result {
    const history: Json[] = [];
    let output: Json | undefined;
    const sees = (round: number): Around => ({ ...seen, names: { ...seen.names, output, round } });
    for (let round = 1; ; round += 1) {
      const last = output ?? null;
      const goesOn = task.while ? this.#truth(task.while, sees(round)) : { ok: true as const, value: true };
      if (!goesOn.ok) return { ...fail('expression_error'), history };
      if (!goesOn.value) return { status: 'completed', output: last, history };
      if (round > task.maxIterations) {
        if (task.onExhausted === 'fail') return { ...fail('loop_exhausted'), history };
        return { status: 'completed', reason: 'exhausted', output: last, history };
      }
      const result = this.#body(task.body, `${path}[${round}]`, sees(round));
      if (result.status === 'failed') return { ...fail('round_failed'), history };
      output = result.status === 'completed' ? result.output : undefined;
      history.push(output ?? null);
      const isDone = task.until ? this.#truth(task.until, sees(round)) : { ok: true as const, value: false };
      if (!isDone.ok) return { ...fail('expression_error'), history };
      if (isDone.value) return { status: 'completed', output: output ?? null, history };
    }
  }

  /**
   * A task with a gate, from the tries that it has had. `back`: the stage before it is to be run again.
   * @param feedback what sent the run back to it
   */
  #gated(task: GatedTask, path: string, seen: Around, had: Tries, feedback?: string): Stepped {
    let { tries, missed } = had;
    for (let said = feedback; ; ) {
      tries += 1;
      const names = { ...seen.names, gate: said === undefined ? {} : { feedback: said }, round: tries };
      const done = this.#body(task.body, `${path}[${tries}]`, { ...seen, names });
      const { gate } = task;
      if (done.status !== 'completed' || !gate) return { result: done, had: { tries, missed } };
      const verdict = this.#judge(gate, path, tries, done, seen);
      // What the last try has done is still there to be read.
      const past = done.history && { history: done.history };
      if (verdict.code !== undefined) return { result: { ...fail(verdict.code), ...past }, had: { tries, missed } };
      if (verdict.passed) return { result: done, had: { tries, missed } };
      said = verdict.feedback;
      missed += 1;
      const after = { tries, missed };
      const again = gate.onFail === 'retry' || gate.onFail === 'rollback';
      const goesOn = again ? gate.onExhausted === 'continue' : gate.onFail === 'continue';
      if (!again || missed > gate.maxRetries) {
        const result: Result = goesOn ? { ...done, reason: 'gate_failed' } : { ...fail('gate_failed'), ...past };
        return { result, had: after };
      }
      if (gate.onFail === 'rollback') return { result: fail('gate_failed'), had: after, back: said };
    }
  }

  #judge(
    gate: Gate,
    path: string,
    number: number,
    done: Result,
    seen: Around,
  ): { readonly passed: boolean; readonly feedback?: string; readonly code?: string } {
    if (!gate.judge) {
      if (!gate.when) return { passed: true };
      const truth = this.#truth(gate.when, { ...seen, names: { ...seen.names, output: done.output, round: number } });
      if (!truth.ok) return { passed: false, code: 'expression_error' };
      const wanted = gate.when.kind === 'expression' ? gate.when.expression.source.trim() : String(gate.when.value);
      return { passed: truth.value, feedback: `This must hold, and does not: ${wanted}` };
    }
    const asked = `Judge it. What it gave:\n\n${textOf(done.output ?? null)}`;
    const { output } = this.#ask(gate.judge, `${path}/gate[${number}]`, asked);
    const score = isJsonObject(output) ? output['score'] : undefined;
    const feedback = isJsonObject(output) ? output['feedback'] : undefined;
    if (typeof score !== 'number') return { passed: false, code: 'judge_failed' };
    return { passed: score >= gate.minScore, ...(typeof feedback === 'string' && { feedback }) };
  }

  #pipeline(task: PipelineTask, path: string, seen: Around): Result {
    const had: Tries[] = task.stages.map(() => ({ tries: 0, missed: 0 }));
    const results: Result[] = [];
    let sentBack: string | undefined;
    for (let place = 0; place < task.stages.length; ) {
      const stage = task.stages[place];
      if (!stage) break;
      const views = task.stages.slice(0, place).map(({ name }, at) => [name, viewOf(results[at] ?? fail(''))]);
      const sees = { ...seen, tasks: { ...seen.tasks, ...Object.fromEntries(views) } };
      const one = this.#stage(stage, `${path}/${stage.name}`, sees, had[place] ?? { tries: 0, missed: 0 }, sentBack);
      had[place] = one.had;
      results[place] = one.result;
      sentBack = one.back;
      const target = one.back === undefined ? -1 : results.slice(0, place).findLastIndex(isDone);
      if (target >= 0) place = target;
      else if (one.back !== undefined) sentBack = one.back;
      else if (one.result.status === 'failed') return fail('stage_failed');
      else place += 1;
    }
    return { status: 'completed', output: results.at(-1)?.output ?? null };
  }

  /** Plans until a plan comes to something, as often as it may. */
  #planner(task: PlannerTask, path: string, seen: Around): Result {
    const goal = this.#value(task.goal, seen);
    if (!goal.ok) return fail('expression_error');
    const wanted = textOf(goal.value);
    let question = planQuestion(wanted);
    for (let round = 1, number = 1; ; round += 1, number += 1) {
      let answer = this.#plan(task, `${path}/plan[${number}]`, question);
      if (answer.plan && !isUsable(answer.plan, task.maxTasks)) {
        number += 1;
        answer = this.#plan(task, `${path}/plan[${number}]`, mendQuestion(wanted, answer.plan));
        if (answer.plan && !isUsable(answer.plan, task.maxTasks))
          return { ...fail('bad_plan'), details: planned(round - 1, round) };
      }
      const { plan } = answer;
      if (!plan) return { ...fail(answer.code), details: planned(round - 1, round) };
      const run = this.#isApproved(task, `${path}/approval[${round}]`)
        ? this.#runPlan(task, plan, `${path}/run[${round}]`)
        : { code: 'plan_rejected', happened: ['A person has rejected it'] };
      if (run.code === undefined) return { status: 'completed', output: run.output, details: planned(round, round) };
      if (round > task.maxReplans) return { ...fail(run.code), details: planned(round, round) };
      question = replanQuestion(wanted, plan, run.happened);
    }
  }

  #plan(task: PlannerTask, path: string, question: string): { readonly plan?: JsonObject; readonly code: string } {
    const { status, output, code } = this.#ask(task.planner, path, question);
    if (status === 'completed' && isJsonObject(output)) return { plan: output, code: '' };
    return { code: code === 'invalid_output' ? 'bad_plan' : 'planning_failed' };
  }

  #isApproved({ approval }: PlannerTask, path: string): boolean {
    return !approval || answerOf(this.#scenario.seed, path, false)?.answer === 'yes';
  }

  /** No task of these plans names one that comes after it. */
  #runPlan(
    { outputSchema }: PlannerTask,
    plan: JsonObject,
    path: string,
  ):
    | { readonly output: Json; readonly code?: undefined }
    | { readonly code: string; readonly happened: readonly string[] } {
    const agents = this.#scenario.doc['agents'] as JsonObject;
    const text = JSON.stringify({ segue: '1', name: 'planned', agents, tasks: asTasks(plan) });
    const { root } = checkWorkflow({ file: 'planned', text, tools }).workflow;
    const planned = { ...root, tasks: root.tasks.map((one) => withAgent(one, this.#workflow)) };
    const { results } = this.#scope(planned, path, { tasks: {}, names: {} });
    const happened = [...results].map(([id, { status, output }]) => {
      if (status !== 'completed') return `\`${id}\` ${status === 'failed' ? 'failed' : 'was not done'}`;
      const told = textOf(output ?? null);
      return `\`${id}\` gave: ${told.length > 2000 ? `${told.slice(0, 2000)}…` : told}`;
    });
    if ([...results.values()].some(({ status }) => status === 'failed')) return { code: 'plan_failed', happened };
    const output = results.get(resultOf(plan))?.output ?? null;
    if (!outputSchema || validateJson(outputSchema, output).length === 0) return { output };
    return { code: 'invalid_output', happened: [...happened, 'The result does not fit'] };
  }

  /** As `#task`, but its gate may ask for the stage before it. */
  #stage(stage: GatedTask, path: string, seen: Around, had: Tries, feedback: string | undefined): Stepped {
    if (stage.disabled) return { result: { status: 'skipped', reason: 'disabled' }, had };
    const when = stage.when ? this.#truth(stage.when, seen) : { ok: true as const, value: true };
    if (when.ok && !when.value) return { result: { status: 'skipped', reason: 'when_false' }, had };
    const one = when.ok ? this.#gated(stage, path, seen, had, feedback) : { result: fail('expression_error'), had };
    if (one.result.status !== 'failed' || ('back' in one && one.back !== undefined)) return one;
    const past = one.result.history && { history: one.result.history };
    return { ...one, result: { ...this.#onError(stage, path, seen, one.result), ...past } };
  }

  #reflect(task: ReflectTask, path: string, seen: Around): Result {
    const prompt = task.prompt ? this.#value(task.prompt, seen) : { ok: true as const, value: '' };
    if (!prompt.ok) return fail('expression_error');
    const asked: Message = { role: 'user', content: textOf(prompt.value) };
    const history: Json[] = [];
    let messages: readonly Message[] = [asked];
    let best = { round: 0, score: -1, output: null as Json };
    for (let round = 1; ; round += 1) {
      const draft = this.#ask(task.draft, `${path}/draft[${round}]`, messages);
      if (draft.status !== 'completed') return { ...fail('round_failed'), history };
      const output = draft.output ?? null;
      const judged = this.#ask(
        task.critique,
        `${path}/critique[${round}]`,
        `Judge it. What it gave:\n\n${textOf(output)}`,
      );
      if (judged.status !== 'completed') return { ...fail('round_failed'), history };
      const critique = judged.output ?? null;
      const score = isJsonObject(critique) && typeof critique['score'] === 'number' ? critique['score'] : 0;
      history.push({ output, critique });
      if (score > best.score) best = { round, score, output };
      const names = { ...seen.names, output, critique, round };
      const truth = task.until ? this.#truth(task.until, { ...seen, names }) : { ok: true as const, value: false };
      if (!truth.ok) return { ...fail('expression_error'), history };
      const reason = round - best.round >= 2 ? 'stuck' : round >= task.maxRounds ? 'exhausted' : undefined;
      if (truth.value || reason !== undefined) {
        const details = { best: best.round, score: best.score, rounds: round };
        const end = { status: 'completed' as const, output: best.output, history, details };
        return truth.value || reason === undefined ? end : { ...end, reason };
      }
      const better = `Write a better one. What the critic says of the last one:\n\n${textOf(critique)}`;
      messages = [asked, { role: 'assistant', content: textOf(output) }, { role: 'user', content: better }];
    }
  }

  /** Branch after branch: where that could make a difference, a strict scenario runs one at a time. */
  #parallel(task: ParallelTask, path: string, seen: Around): Result {
    const prompt = task.prompt ? this.#value(task.prompt, seen) : undefined;
    if (prompt && !prompt.ok) return fail('expression_error');
    const { quorum } = task.fusion;
    const given = new Map<string, Json>();
    let completed = 0;
    let failed = false;
    let isCut = false;
    for (const { name, body } of branchesOf(task)) {
      isCut = completed === quorum;
      if (isCut) break;
      const at = `${path}/${name}`;
      const asked = prompt && body.kind === 'task' && body.task.type === 'agent' ? body.task : undefined;
      const result = asked && prompt ? this.#ask(asked, at, textOf(prompt.value)) : this.#body(body, at, seen);
      if (result.status === 'completed') completed += 1;
      if (result.status === 'completed' && result.output !== undefined) given.set(name, result.output);
      failed ||= result.status === 'failed';
      if (failed && task.onItemError === 'stop') return fail('branch_failed');
    }
    const isEnough = completed === quorum;
    if (failed && task.onItemError !== 'continue' && !isEnough) return fail('branch_failed');
    if (quorum !== undefined && !isEnough) return fail('quorum_missed');
    const fused = this.#fuse(task, path, given);
    return fused.status === 'completed' && isCut ? { ...fused, reason: 'quorum' } : fused;
  }

  #fuse({ branches, agents, fusion }: ParallelTask, path: string, given: ReadonlyMap<string, Json>): Result {
    const values = [...given.values()];
    const done = (output: Json): Result => ({ status: 'completed', output });
    if (['vote', 'best_of', 'synthesize'].includes(fusion.strategy) && values.length === 0)
      return fail('nothing_to_fuse');
    switch (fusion.strategy) {
      case 'collect':
        return done(Object.fromEntries(given));
      case 'concat': {
        const types = [
          ...branches.map(({ body }) => (body.kind === 'task' ? body.task.outputType : body.scope.outputType)),
          ...agents.map(({ outputType }) => outputType),
        ];
        const kind = joinsTo(types);
        const isList = kind === 'list' || (kind === 'either' && values.length > 0 && values.every(Array.isArray));
        return done(isList ? values.flat() : values.map(textOf).join(fusion.separator));
      }
      case 'merge':
        return values.every(isJsonObject) ? done(laidOver(values)) : fail('fusion_mismatch');
      case 'vote': {
        const keys = values.map((value) =>
          typeof value === 'string' ? value.trim().toLowerCase() : JSON.stringify(value),
        );
        const counts = keys.map((key) => keys.filter((other) => other === key).length);
        const most = Math.max(...counts);
        const winners = new Set(keys.filter((_, place) => counts[place] === most));
        return winners.size > 1 && fusion.ties === 'fail'
          ? fail('vote_tied')
          : done(values[counts.indexOf(most)] ?? null);
      }
      case 'best_of':
      case 'synthesize': {
        if (!fusion.agent) return fail('unknown_agent');
        const isJudged = fusion.strategy === 'best_of';
        const schema = isJudged ? { outputSchema: bestSchema([...given.keys()]) } : {};
        const answers = [...given].map(([name, value]) => `## ${name}\n\n${textOf(value)}`).join('\n\n');
        const asked = `${isJudged ? 'Choose' : 'Make'} one. The answers:\n\n${answers}`;
        const { output } = this.#ask({ ...fusion.agent, ...schema }, `${path}/fusion`, asked);
        if (output === undefined) return fail('fusion_failed');
        const best = isJudged && isJsonObject(output) ? output['best'] : undefined;
        return done(typeof best === 'string' ? (given.get(best) ?? null) : output);
      }
    }
  }

  /** Asks for routes; what leads on are the ids of those named, in the order of the file. */
  #router(task: RouterTask, path: string, seen: Around): Result {
    const prompt = task.prompt ? this.#value(task.prompt, seen) : { ok: true as const, value: '' };
    if (!prompt.ok) return fail('expression_error');
    const asked = `Choose one. What it is about:\n\n${textOf(prompt.value)}`;
    const done = this.#ask(task, path, asked);
    if (done.status !== 'completed' || !isJsonObject(done.output)) return done;
    const { routes, reason } = done.output;
    const named = Array.isArray(routes) ? routes : [];
    const to = task.routes.filter(({ name }) => named.includes(name)).flatMap((route) => route.to);
    return { status: 'completed', output: { to: [...new Set(to)], reason: reason ?? null } };
  }

  #toolTask(task: ToolTask, path: string, seen: Around): Result {
    const input = task.with ? this.#value(task.with, seen) : { ok: true as const, value: {} };
    if (!input.ok) return fail('expression_error');
    const result = this.#tool({ task, path, key: 'call' }, task.tool, input.value, task.retry);
    return 'code' in result ? fail(result.code) : { status: 'completed', output: result.output };
  }

  #tool(
    at: { readonly task: Task; readonly path: string; readonly key: string },
    name: string,
    input: Json,
    retry: Retry | undefined,
  ): { readonly output: Json } | { readonly code: string } {
    // Agents hear of it, but what they say does not depend on it.
    if (isEngineTool(name) && at.task.type !== 'tool') return { output: null };
    if (isEngineTool(name)) return this.#talk.answer(name, input as JsonObject, `tasks.${at.task.path}`, this.#shared);
    const tool = tools.find((one) => one.name === name);
    const once = tool?.effect === 'once';
    if (tool?.asks === 'first') {
      if (!this.#scenario.interactive || this.#scenario.leave[name] === 'deny') return { code: 'denied' };
    }
    const place = this.#place(at.task, at.path, at.key);
    const end = attempts(retry, 1, (attempt) => {
      const fate = fateOfTool(place, attempt, once);
      // A person finds out, and says so; in the end it has taken effect once.
      return fate.type === 'unclear' ? { type: 'answer' } : fate;
    });
    if (end.code === undefined) return { output: toolOutput(at.path, name, input) };
    return { code: end.code };
  }

  #agent(task: AgentTask, path: string, seen: Around): Result {
    const prompt = task.prompt ? this.#value(task.prompt, seen) : { ok: true as const, value: '' };
    if (!prompt.ok) return fail('expression_error');
    return this.#ask(task, path, textOf(prompt.value));
  }

  /**
   * An agent that is asked something, in a task of its own or inside a pattern.
   * @param way how often the conversation was handed on, and how often it may be
   */
  #ask(task: AgentTask | RouterTask, path: string, asked: string | readonly Message[], way?: Way): Result {
    const { agent } = task;
    if (!agent) return fail('unknown_agent');
    const { handed, limit } = way ?? { handed: 0, limit: agent.maxHandoffs };
    const system =
      agent.instructions?.kind === 'literal'
        ? [{ role: 'system' as const, content: agent.instructions.value as string }]
        : [];
    const talk: readonly Message[] = typeof asked === 'string' ? [{ role: 'user', content: asked }] : asked;
    const messages: Message[] = [...system, ...talk];
    const own = agent.tools.filter((name) => tools.some((tool) => tool.name === name));
    const offered = [...own, ...agent.subAgents.map(({ name }) => name), ...agent.handoffs.map(toolOf)];
    const asks = new Map<string, number>();
    const schema = task.outputSchema ?? agent.outputSchema;
    let models = modelsOf(agent);
    for (let turn = 1; ; turn += 1) {
      const end = askInTurn(this.#place(task, path, `turn[${turn}]`), models, task.retry, 1);
      if (end.code !== undefined) return fail(end.code);
      const place = { ...this.#place(task, path, `turn[${turn}]`), model: end.model };
      models = models.slice(models.indexOf(end.model));
      const reply = replyOf(place, messages, { tools: offered, schema, isRepair: false });
      const code = badStop(reply.finishReason);
      if (code) return fail(code);
      const isLast = turn >= agent.maxIterations;
      if (reply.toolCalls.length > 0 && isLast && reply.text === '') return fail('max_iterations');
      if (reply.toolCalls.length === 0 || isLast) {
        if (!schema) return { status: 'completed', output: reply.text };
        const first = typed(schema, reply.text);
        if (first !== undefined) return { status: 'completed', output: first };
        const talk: Message[] = [...messages, { role: 'assistant', content: reply.text }];
        return this.#repair(task, path, turn, { models, first: end.attempt, schema }, talk);
      }
      const over = reply.toolCalls.find((call) => handedTo(agent, call) && textIn(call, 'message') !== undefined);
      if (over && handed >= limit) return fail('handoff_limit');
      messages.push({ role: 'assistant', content: reply.text, toolCalls: reply.toolCalls });
      reply.toolCalls.forEach((call, index) => {
        const key = `turn[${turn}]/tool[${index + 1}]`;
        const result = this.#called({ task, path, key }, agent, call, over, asks);
        messages.push(
          'code' in result
            ? { role: 'tool', toolCallId: call.id, content: result.code, isError: true }
            : { role: 'tool', toolCallId: call.id, content: textOf(result.output) },
        );
      });
      const next = over && handedTo(agent, over);
      if (!over || !next) continue;
      const before = messages.length - reply.toolCalls.length - 1;
      const talk = [
        ...inWords(messages.slice(system.length, before), ''),
        ...inWords(messages.slice(before), over.id),
        saidBy(agent, over),
      ];
      return this.#ask(handoffTask(task, next), `${path}/handoff`, talk, { handed: handed + 1, limit });
    }
  }

  /** What a model is told of one call, whether it reaches a tool or an agent. @param over the call that hands over */
  #called(
    at: { readonly task: AgentTask | RouterTask; readonly path: string; readonly key: string },
    agent: Agent,
    call: ToolCall,
    over: ToolCall | undefined,
    asks: Map<string, number>,
  ): { readonly output: Json } | { readonly code: string } {
    if (handedTo(agent, call)) {
      if (textIn(call, 'message') === undefined) return { code: 'invalid_arguments' };
      return call === over ? { output: 'handed over' } : { code: 'already_handed_over' };
    }
    const link = agent.subAgents.find(({ name }) => name === call.name);
    if (!link && !agent.tools.includes(call.name)) return { code: 'unknown_tool' };
    if (!link && call.invalid !== undefined) return { code: 'invalid_arguments' };
    if (!link) return this.#tool(at, call.name, call.arguments, undefined);
    const prompt = textIn(call, 'prompt');
    if (prompt === undefined) return { code: 'invalid_arguments' };
    const number = (asks.get(link.name) ?? 0) + 1;
    asks.set(link.name, number);
    const result = this.#ask(subAgentTask(at.task, link), `${at.path}/${link.name}[${number}]`, prompt);
    return result.status === 'completed' ? { output: result.output ?? null } : { code: result.code ?? '' };
  }

  #repair(
    task: AgentTask | RouterTask,
    path: string,
    turn: number,
    {
      models,
      first,
      schema,
    }: { readonly models: readonly string[]; readonly first: number; readonly schema: JsonSchema },
    messages: readonly Message[],
  ): Result {
    const repair = this.#place(task, path, `turn[${turn}]/repair`);
    const end = askInTurn(repair, models, task.retry, first);
    if (end.code !== undefined) return fail(end.code);
    const place = { ...repair, model: end.model };
    const asked: Message[] = [...messages, { role: 'user', content: 'Your answer does not fit' }];
    const reply = replyOf(place, asked, { tools: [], schema, isRepair: true });
    const code = badStop(reply.finishReason);
    if (code) return fail(code);
    const value = typed(schema, reply.text);
    return value === undefined ? fail('invalid_output') : { status: 'completed', output: value };
  }

  #place(task: Task, path: string, key: string): CallPlace {
    const hasTimeout = task.timeoutMs !== undefined;
    return { seed: this.#scenario.seed, task: path, key, model: '', hasTimeout, healed: false };
  }

  #value(template: Template, seen: Around): ReturnType<typeof evaluateTemplate> {
    return evaluateTemplate(template, { ...seen.names, tasks: seen.tasks, shared: this.#shared });
  }

  #truth(condition: Condition, seen: Around): ReturnType<typeof evaluateCondition> {
    return evaluateCondition(condition, { ...seen.names, tasks: seen.tasks, shared: this.#shared });
  }
}

/** How a conversation has come here. */
interface Way {
  readonly handed: number;
  readonly limit: number;
}

function toolOf({ name }: { readonly name: string }): string {
  return `handoff_to_${name}`;
}

function handedTo({ handoffs }: Agent, { name }: ToolCall): Agent | undefined {
  return handoffs.find((link) => toolOf(link) === name)?.agent();
}

function textIn({ arguments: given, invalid }: ToolCall, field: string): string | undefined {
  const text = invalid === undefined && isJsonObject(given) ? given[field] : undefined;
  return typeof text === 'string' ? text : undefined;
}

function saidBy({ name }: Agent, call: ToolCall): Message {
  const content = `${name} has handed this conversation over to you: ${textIn(call, 'message')}`;
  return { role: 'user', content };
}

/** A conversation as who takes it over is told it, without the call that handed it over. */
function inWords(talk: readonly Message[], over: string): readonly Message[] {
  const said: Message[] = [];
  let names: { readonly [id: string]: string } = {};
  for (const message of talk) {
    if (message.role === 'tool' && message.toolCallId !== over) {
      const how = message.isError ? 'failed' : 'gave';
      said.push({ role: 'user', content: `(${names[message.toolCallId]} ${how}: ${message.content})` });
    } else if (message.role === 'assistant') {
      const calls = message.toolCalls ?? [];
      names = { ...names, ...Object.fromEntries(calls.map(({ id, name }) => [id, name])) };
      const told = calls
        .filter(({ id }) => id !== over)
        .map((one) => `(calls ${one.name} with ${JSON.stringify(one.arguments)})`);
      const lines = [...(message.content === '' ? [] : [message.content]), ...told];
      if (lines.length > 0) said.push({ role: 'assistant', content: lines.join('\n') });
    } else if (message.role !== 'tool') said.push(message);
  }
  return said;
}

/** Asks one model after the other until one answers. @param first the number of the first model's first attempt */
function askInTurn(
  place: CallPlace,
  models: readonly string[],
  retry: Retry,
  first: number,
): { readonly model: string; readonly attempt: number; readonly code?: string } {
  const [model = '', ...others] = models;
  const end = attempts(retry, first, (attempt) => fateOfModel({ ...place, model }, attempt));
  const goesOn = end.code !== undefined && end.code !== 'denied' && others.length > 0;
  return goesOn ? askInTurn(place, others, retry, 1) : { ...end, model };
}

/** Tries until an attempt answers; gives the code of the failure that ends it. */
function attempts(
  retry: Retry | undefined,
  first: number,
  fate: (attempt: number) => Fate,
): { readonly attempt: number; readonly code?: string } {
  for (let attempt = first; ; attempt += 1) {
    const end = fate(attempt);
    if (end.type === 'answer' || end.type === 'unclear') return { attempt };
    const error = end.type === 'hang' ? { code: 'timeout', retryable: true } : end.error;
    const again = retry?.on ? retry.on.includes(error.code) : error.retryable;
    if (!retry || !again || attempt >= retry.maxAttempts) return { attempt, code: error.code };
  }
}

/** The last iteration may give text that is no JSON. */
function typed(schema: JsonSchema, text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return validateJson(schema, value).length === 0 ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @param round how often plans were asked for, mended ones apart */
function planned(plans: number, round: number): JsonObject {
  return { plans, replans: round - 1 };
}

/** The agents of a plan are those of the file, with the tools that they have there. */
function withAgent(task: Task, { agents }: Workflow): Task {
  const agent = task.type === 'agent' ? agents.find(({ name }) => name === task.agentName) : undefined;
  return agent ? ({ ...task, agent } as Task) : task;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function badStop(reason: string): string | undefined {
  return { length: 'output_truncated', content_filter: 'content_filtered' }[reason];
}

/** What a chooser has chosen: the ids themselves, or in `to`. */
function idsIn(output: Json | undefined): readonly Json[] {
  const ids = isJsonObject(output) ? output['to'] : output;
  return Array.isArray(ids) ? ids : [];
}

/** Objects over each other, the later one on top. */
function laidOver(values: readonly JsonObject[]): JsonObject {
  const result: JsonObject = {};
  for (const value of values) {
    for (const [key, field = null] of Object.entries(value)) {
      const below = result[key];
      result[key] = isJsonObject(below) && isJsonObject(field) ? laidOver([below, field]) : field;
    }
  }
  return result;
}

function isDone({ status }: Result): boolean {
  return status === 'completed';
}

/** How it ended, without what is its own: what it has done, and what is said beside its output. */
function bare({ history: _, details: __, ...end }: Result): Result {
  return end;
}

function fail(code: string): Result {
  return { status: 'failed', code };
}

function kindOf(result: Result | undefined): 'good' | 'bad' | 'idle' {
  if (result?.status === 'completed') return 'good';
  return result?.status === 'skipped' && result.reason !== 'upstream_failed' ? 'idle' : 'bad';
}

function viewOf(result: Result): JsonObject {
  return {
    status: result.status,
    ...(result.output !== undefined && { output: result.output }),
    ...(result.history && { history: [...result.history] }),
  };
}
