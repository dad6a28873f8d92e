// What must hold of every record, whatever happened. Each check reads the events alone.
import { isDeepStrictEqual } from 'node:util';
import {
  isJsonObject,
  type Json,
  type JsonObject,
  type RunEvent,
  staticPathOf,
  type ToolCall,
} from '../../run/index.ts';
import {
  type Agent,
  checkWorkflow,
  locateTask,
  modelsOf,
  type ParallelTask,
  type Task,
  type Workflow,
} from '../../workflow/index.ts';
import { tools } from './scenario.ts';
import { checkTeams } from './team-checks.ts';
import { TalkChecks } from './talk-checks.ts';

/** All that is wrong with a record; `ended` tells whether it must be complete. */
export function checkRecord(workflow: Workflow, events: readonly RunEvent[], ended: boolean): readonly string[] {
  const check = new Check(workflow);
  events.forEach((event, index) => check.see(event, index));
  return [...check.problems, ...checkTeams(workflow, events), ...(ended ? check.unfinished() : [])];
}

/** Calls get the signal and 5 s; a crash in between takes its time too. */
const cancelWithinMs = 10_000;

/** A timer that is due while no engine runs fires with the next. */
const lateByMs = 2_000;

class Check {
  readonly problems: string[] = [];
  readonly #workflow: Workflow;
  #at = 0;
  #cancelled = false;
  #cancelledAt = 0;
  #ended = false;
  readonly #open = new Map<string, string>();
  readonly #rounds = new Set<string>();
  readonly #judged = new Set<string>();
  readonly #missed = new Map<string, number>();
  /** Drafts and critiques of a reflect, by path: what each gave. */
  readonly #given = new Map<string, Json>();
  readonly #calls = new Map<string, { readonly slot: string; readonly asked: string }>();
  readonly #usedCalls = new Set<string>();
  readonly #finished = new Map<string, string>();
  readonly #attempts = new Map<string, number>();
  /** Task → the place of the model that was asked last in the agent's list. */
  readonly #models = new Map<string, number>();
  /** Slot and model → when the next call may leave. */
  readonly #notBefore = new Map<string, number>();
  readonly #completed = new Set<string>();
  /** Lists of which an item failed, and which stop then. */
  readonly #stopped = new Set<string>();
  /** Rounds of loops, by path: how each ended last. */
  readonly #roundEnds = new Map<string, string>();
  /** How many branches of each parallel have completed. */
  readonly #branches = new Map<string, number>();
  #resumes = 0;
  /** Open timers, and when they are due. */
  readonly #timers = new Map<string, number>();
  /** Waits, and when they were first to end: a resume does not lengthen them. */
  readonly #waits = new Map<string, number>();
  /** What a task that ended a file wants it to end as, by the path of the task that calls the file; empty for the run. */
  readonly #terminated = new Map<string, string>();
  readonly #talk = new TalkChecks();
  readonly #questions = new Map<string, string>();
  /** To whom the conversations of tasks were handed over, by the paths of the tasks. */
  readonly #handedTo = new Map<string, string>();
  readonly #everAsked = new Set<string>();
  readonly #holds = new Map<string, string>();

  /** Tasks of plans, by their paths. */
  readonly #planned = new Map<string, Task>();
  /** The paths under which plans run that were made. */
  readonly #plans = new Set<string>();
  /** What tasks gave last. */
  readonly #gave = new Map<string, unknown>();

  constructor(workflow: Workflow) {
    this.#workflow = workflow;
  }

  #taskAt(path: string): Task | undefined {
    const planned = this.#planned.get(path);
    if (planned) return planned;
    const task = locateTask(this.#workflow, staticPathOf(path))?.task;
    return task?.type === 'planner' && /\/run\[\d+\]$/.test(path) ? undefined : task;
  }

  /** The files around a task, the outermost first, each with the path of the task that calls it. */
  #filesAround(path: string): readonly { readonly workflow: Workflow; readonly caller: string }[] {
    const parts = path.split('/');
    const files = locateTask(this.#workflow, staticPathOf(path))?.files ?? [];
    return files.map((file) => ({
      workflow: file.workflow,
      caller: parts.slice(0, parts.length - file.path.split('/').length).join('/'),
    }));
  }

  #isTerminated(path: string): boolean {
    return this.#filesAround(path).some(({ caller }) => this.#terminated.has(caller));
  }

  see(event: RunEvent, index: number): void {
    if (event.seq !== index + 1) this.#say(event, `has number ${event.seq} at place ${index + 1}`);
    if (event.at < this.#at) this.#say(event, 'goes back in time');
    this.#at = event.at;
    if (this.#ended && event.type !== 'run-resumed' && event.type !== 'usage-settled')
      this.#say(event, 'comes after the end');
    switch (event.type) {
      case 'task-started':
        return this.#startTask(event);
      case 'task-ended':
        return this.#endTask(event);
      case 'gate-judged':
        return this.#judgeGate(event);
      case 'call-started':
        return this.#startCall(event);
      case 'call-ended':
        return this.#endCall(event);
      case 'call-answered':
        return this.#answerCall(event);
      case 'timer-set':
        if (this.#timers.has(event.id)) this.#say(event, 'is set twice');
        this.#timers.set(event.id, event.dueAt);
        for (const what of this.#talk.waits(event)) this.#say(event, what);
        // A use of a tool that waits begins anew after a resume; a `wait` does not.
        if (event.purpose !== 'wait' || event.awaits) return;
        if ((this.#waits.get(event.id) ?? event.dueAt) !== event.dueAt) this.#say(event, 'is put off');
        this.#waits.set(event.id, event.dueAt);
        return;
      case 'timer-fired':
        return this.#fireTimer(event);
      case 'question-asked':
        if (this.#everAsked.has(event.id)) this.#say(event, 'is asked twice');
        this.#everAsked.add(event.id);
        this.#questions.set(event.id, event.task);
        return;
      case 'question-answered':
        if (!this.#questions.delete(event.id)) this.#say(event, 'is answered without being open');
        return;
      case 'hold-set':
        this.#holds.set(event.id, event.pattern);
        return;
      case 'hold-cleared':
        this.#holds.delete(event.id);
        return;
      case 'cancel-requested':
        this.#cancelled = true;
        this.#cancelledAt = event.at;
        return;
      case 'run-resumed':
        this.#resumes += 1;
        this.#cancelled = false;
        this.#terminated.clear();
        this.#ended = false;
        this.#attempts.clear();
        this.#models.clear();
        this.#notBefore.clear();
        return;
      case 'run-ended':
        this.#ended = true;
        if ((this.#terminated.get('') ?? event.status) !== event.status)
          this.#say(event, `is ${event.status}, not ${this.#terminated.get('')} as a task said`);
        if (this.#cancelled && event.at - this.#cancelledAt > cancelWithinMs)
          this.#say(event, 'comes too late after a cancel');
        return;
      case 'plan-made':
        return this.#makePlan(event);
      case 'run-started':
      case 'call-waiting':
      case 'usage-settled':
        return;
    }
  }

  unfinished(): readonly string[] {
    const left = [
      ...(this.#ended ? [] : ['the run has no end']),
      ...[...this.#open.keys()].map((path) => `task ${path} has no end`),
      ...[...this.#calls.keys()].map((path) => `call ${path} has no end`),
    ];
    return left;
  }

  #fireTimer(event: Extract<RunEvent, { type: 'timer-fired' }>): void {
    const dueAt = this.#timers.get(event.id);
    if (dueAt === undefined) return this.#say(event, 'fires without being set');
    this.#timers.delete(event.id);
    if (event.at < dueAt || event.at > dueAt + lateByMs) this.#say(event, `fires ${event.at - dueAt} ms late`);
    if (event.id === `${event.task}:retry`) this.#callAgain(event.task);
  }

  /** A call of a file begins again: what is inside counts its attempts afresh. */
  #callAgain(path: string): void {
    const isInside = (other: string): boolean => other === path || other.startsWith(`${path}/`);
    for (const slots of [this.#attempts, this.#notBefore, this.#models, this.#terminated, this.#missed])
      for (const slot of slots.keys()) if (isInside(slot)) slots.delete(slot);
  }

  #startTask(event: Extract<RunEvent, { type: 'task-started' }>): void {
    const isStage = this.#taskAt(event.path.slice(0, event.path.lastIndexOf('/')))?.type === 'pipeline';
    if (this.#completed.has(event.path) && !isStage) this.#say(event, 'starts again although it has completed');
    this.#stopped.delete(event.path);
    const id = `${event.path}@${event.round}`;
    if (this.#rounds.has(id)) this.#say(event, 'starts twice in a round');
    this.#rounds.add(id);
    if (this.#cancelled || this.#isTerminated(event.path)) this.#say(event, 'starts after a cancel');
    for (const pattern of this.#holds.values()) {
      if (pattern === '*' || pattern === event.staticPath) this.#say(event, 'starts while it is held');
    }
    const around = [event.path.replace(/\[\d+\]$/, ''), event.path.slice(0, Math.max(0, event.path.lastIndexOf('/')))];
    const outer = around.filter((path) => path !== '' && path !== event.path);
    if (outer.length > 0 && !outer.some((path) => this.#open.has(path)))
      this.#say(event, `starts outside ${outer.join(' and ')}`);
    this.#open.set(event.path, event.staticPath);
    this.#work(event.path, 1);
    const list = /^(.*)\[\d+\]$/.exec(event.path)?.[1];
    if (event.item && list !== undefined) this.#checkRoom(event, list);
    this.#checkHandoff(event);
    if (list !== undefined) this.#checkRound(event, list);
    this.#checkVersion(event);
    this.#checkPlan(event);
    this.#checkBranch(event);
  }

  /** Plans count on, there are not too many, and they consist of what is allowed. */
  #makePlan(event: Extract<RunEvent, { type: 'plan-made' }>): void {
    const path = `${event.task}/run[${event.round}]`;
    const planner = this.#taskAt(event.task);
    if (planner?.type !== 'planner') return this.#say(event, 'is made by no planner');
    if (!this.#open.has(event.task)) this.#say(event, 'is made at the wrong time');
    if (this.#plans.has(path) || (event.round > 1 && !this.#plans.has(`${event.task}/run[${event.round - 1}]`)))
      this.#say(event, 'does not follow the one before');
    if (event.round > (Math.max(1, planner.maxReplans) + 1) * (1 + this.#resumes)) this.#say(event, 'is one too many');
    this.#plans.add(path);
    const { root } = checkWorkflow({ file: 'plan', text: event.document, tools }).workflow;
    if (root.tasks.length > planner.maxTasks) this.#say(event, `has ${root.tasks.length} tasks`);
    for (const task of root.tasks) {
      const name = task.type === 'agent' ? task.agentName : undefined;
      const agent = planner.mayUse.agents.find((one) => one.name === name);
      const isAllowed = agent !== undefined || (task.type === 'tool' && planner.mayUse.tools.includes(task.tool));
      if (!isAllowed) this.#say(event, `has the task ${task.name}, which is not allowed`);
      this.#planned.set(`${path}/${task.name}`, agent ? ({ ...task, agent } as Task) : task);
    }
  }

  /** A plan runs when it was made, and approved if it must be. */
  #checkPlan(event: Extract<RunEvent, { type: 'task-started' }>): void {
    const around = this.#taskAt(event.path.slice(0, Math.max(0, event.path.lastIndexOf('/'))));
    if (around?.type !== 'planner' || !/\/run\[\d+\]$/.test(event.path)) return;
    if (!this.#plans.has(event.path)) this.#say(event, 'runs before it was made');
    const approval = event.path.replace(/\/run(\[\d+\])$/, '/approval$1');
    if (around.approval && this.#gave.get(approval) !== 'approve')
      this.#say(event, 'runs although it was not approved');
  }

  /** A gate speaks once of each try, when that is over and its task is not. */
  #judgeGate(event: Extract<RunEvent, { type: 'gate-judged' }>): void {
    const id = `${event.task}[${event.round}]`;
    if (this.#judged.has(id)) this.#say(event, 'is said twice');
    this.#judged.add(id);
    if (!this.#open.has(event.task) || this.#open.has(id)) this.#say(event, 'is said at the wrong time');
    const task = this.#taskAt(event.task);
    const gate = task?.type === 'gated' ? task.gate : undefined;
    const missed = (this.#missed.get(event.task) ?? 0) + (event.passed ? 0 : 1);
    this.#missed.set(event.task, missed);
    const again = event.action === 'retry' || event.action === 'rollback';
    if (again && missed >= ((gate?.maxRetries ?? 0) + 1) * (1 + this.#resumes))
      this.#say(event, 'gives one try too many');
  }

  /** A conversation is handed on no more often than the agent that began it allows. */
  #checkHandoff(event: Extract<RunEvent, { type: 'task-started' }>): void {
    const way = /(?:\/handoff)+$/.exec(event.path)?.[0];
    if (way === undefined) return;
    const first = this.#taskAt(event.path.slice(0, -way.length));
    const allowed = first?.type === 'agent' || first?.type === 'router' ? (first.agent?.maxHandoffs ?? 0) : 0;
    const count = way.length / '/handoff'.length;
    if (count > allowed) this.#say(event, `is handed on ${count} times, of ${allowed}`);
  }

  /** The rounds of a loop follow one another, each after one that ended well, and there are not too many. */
  #checkRound(event: Extract<RunEvent, { type: 'task-started' }>, list: string): void {
    const task = this.#taskAt(list);
    if (task?.type !== 'loop') return;
    const number = Number(/\[(\d+)\]$/.exec(event.path)?.[1]);
    const before = this.#roundEnds.get(`${list}[${number - 1}]`);
    const isNext = number === 1 || before === 'completed' || before === 'skipped';
    if (!isNext) this.#say(event, `starts after a round that ended ${before}`);
    if (this.#open.has(`${list}[${number + 1}]`) || this.#roundEnds.has(`${list}[${number + 1}]`))
      this.#say(event, 'starts after the round that follows it');
    if (number > task.maxIterations * (1 + this.#resumes)) this.#say(event, `is one round more than allowed`);
  }

  /** A reflect goes on only with what its critic has said of the version before, and only so often. */
  #checkVersion(event: Extract<RunEvent, { type: 'task-started' }>): void {
    const [, owner = '', part, round] = /^(.*)\/(draft|critique)\[(\d+)\]$/.exec(event.path) ?? [];
    const task = this.#taskAt(owner);
    if (task?.type !== 'reflect') return;
    const number = Number(round);
    const before = part === 'draft' ? `${owner}/critique[${number - 1}]` : `${owner}/draft[${number}]`;
    if (!(part === 'draft' && number === 1) && !this.#given.has(before)) this.#say(event, `starts before ${before}`);
    if (number > task.maxRounds) this.#say(event, `is version ${number} of ${task.maxRounds}`);
    if (part === 'draft' && this.#isStuck(owner)) this.#say(event, 'starts although nothing gets better');
  }

  #scoresOf(reflect: string): readonly number[] {
    const scores: number[] = [];
    for (let round = 1; this.#given.has(`${reflect}/critique[${round}]`); round += 1) {
      const critique = this.#given.get(`${reflect}/critique[${round}]`);
      scores.push(isJsonObject(critique ?? null) ? Number((critique as JsonObject)['score']) : NaN);
    }
    return scores;
  }

  #isStuck(reflect: string): boolean {
    const scores = this.#scoresOf(reflect);
    return scores.length > 2 && Math.max(...scores.slice(0, -2)) >= Math.max(...scores.slice(-2));
  }

  /** The best version is kept, the earliest of equals. */
  #checkBest(event: Extract<RunEvent, { type: 'task-ended' }>): void {
    const scores = this.#scoresOf(event.path);
    const best = scores.indexOf(Math.max(...scores)) + 1;
    const output = this.#given.get(`${event.path}/draft[${best}]`);
    if (!isDeepStrictEqual(event.output, output)) this.#say(event, `does not give version ${best}, the best one`);
    if (event.reason === 'stuck' && !this.#isStuck(event.path)) this.#say(event, 'is not stuck');
  }

  /** The parallel of which something is a branch, or the fusion. */
  #parallelAround(
    path: string,
  ): { readonly fan: string; readonly task: ParallelTask; readonly key: string } | undefined {
    const fan = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    const key = path.slice(fan.length + 1);
    const task = key === 'fallback' || key.includes('[') ? undefined : this.#taskAt(fan);
    return task?.type === 'parallel' ? { fan, task, key } : undefined;
  }

  /** Branches begin while there is room and need for them, the fusion when all is quiet. */
  #checkBranch(event: Extract<RunEvent, { type: 'task-started' }>): void {
    const around = this.#parallelAround(event.path);
    if (!around) return;
    const { fan, task, key } = around;
    const running = [...this.#open.keys()].filter((path) => {
      const other = this.#parallelAround(path);
      return other?.fan === fan && other.key !== 'fusion';
    });
    if (key === 'fusion') {
      if (running.length > 0) this.#say(event, `starts before ${running.join(' and ')} has ended`);
      return;
    }
    if (this.#open.has(`${fan}/fusion`) || this.#completed.has(`${fan}/fusion`))
      this.#say(event, 'starts after the fusion');
    if (this.#stopped.has(fan)) this.#say(event, 'starts although a branch before it failed');
    if (running.length > (task.maxParallel ?? Infinity))
      this.#say(event, `is one branch of ${running.length} under way`);
    if ((this.#branches.get(fan) ?? 0) >= (task.fusion.quorum ?? Infinity))
      this.#say(event, 'starts although the quorum is there');
  }

  #endBranch(event: Extract<RunEvent, { type: 'task-ended' }>): void {
    const around = this.#parallelAround(event.path);
    if (!around || around.key === 'fusion') return;
    const { fan, task } = around;
    if (event.status === 'failed' && task.onItemError === 'stop') this.#stopped.add(fan);
    if (event.status !== 'completed') return;
    const before = this.#branches.get(fan) ?? 0;
    if (before >= (task.fusion.quorum ?? Infinity)) this.#say(event, 'completes although the quorum was there');
    this.#branches.set(fan, before + 1);
  }

  #checkRoom(event: RunEvent, list: string): void {
    const task = this.#taskAt(list);
    if (this.#stopped.has(list)) this.#say(event, 'starts although an item before it failed');
    const limit = task?.type === 'for_each' ? task.maxParallel : undefined;
    if (limit === undefined) return;
    const items = [...this.#open.keys()].filter(
      (path) => path.startsWith(`${list}[`) && /^\[\d+\]$/.test(path.slice(list.length)),
    );
    if (items.length > limit) this.#say(event, `has ${items.length} items under way, more than ${limit}`);
  }

  #endTask(event: Extract<RunEvent, { type: 'task-ended' }>): void {
    const id = `${event.path}@${event.round} end`;
    if (this.#rounds.has(id)) this.#say(event, 'ends twice in a round');
    this.#rounds.add(id);
    if (event.shared) this.#talk.wrote(event.shared, this.#fileOf(event.path));
    const wasOpen = this.#open.delete(event.path);
    if (wasOpen) this.#work(event.path, -1);
    if (!wasOpen && event.status !== 'skipped' && event.status !== 'cancelled') {
      this.#say(event, `ends ${event.status} without having started`);
    }
    this.#gave.set(event.path, event.output);
    const ended = this.#taskAt(event.path);
    if (event.status === 'completed' && /\/(draft|critique)\[\d+\]$/.test(event.path))
      this.#given.set(event.path, event.output ?? null);
    if (ended?.type === 'reflect' && event.status === 'completed' && !event.error) this.#checkBest(event);
    const endsFile = ended?.type === 'terminate' && event.status === 'completed' && !event.error;
    if (endsFile) this.#terminated.set(this.#filesAround(event.path).at(-1)?.caller ?? '', ended.status);
    else if (event.status === 'completed') this.#completed.add(event.path);
    const list = /^(.*)\[\d+\]$/.exec(event.path)?.[1];
    const around = list === undefined ? undefined : this.#taskAt(list);
    if (around?.type === 'loop') this.#roundEnds.set(event.path, event.status);
    this.#endBranch(event);
    const stops = around?.type === 'for_each' && around.onItemError === 'stop';
    if (list !== undefined && stops && event.status === 'failed') this.#stopped.add(list);
    for (const [id, task] of this.#questions) if (task === event.path) this.#questions.delete(id);
    for (const timer of this.#timers.keys())
      if (timer.startsWith(`${event.path}/`) || timer.startsWith(`${event.path}:`)) this.#timers.delete(timer);
    if ([...this.#calls.keys()].some((path) => path.startsWith(`${event.path}/`)))
      this.#say(event, 'ends before its calls');
    if ([...this.#open.keys()].some((path) => path.startsWith(`${event.path}/`) || path.startsWith(`${event.path}[`))) {
      this.#say(event, 'ends before what is inside it');
    }
  }

  #startCall(event: Extract<RunEvent, { type: 'call-started' }>): void {
    const slot = event.path.slice(0, event.path.lastIndexOf('#'));
    // Attempts and what a provider asked for belong to one model.
    const asked = event.request.kind === 'model' ? `${slot} ${event.request.model}` : slot;
    if (this.#usedCalls.has(event.path)) this.#say(event, 'is made twice under one name');
    this.#usedCalls.add(event.path);
    if (!this.#open.has(event.task)) this.#say(event, 'is made by a task that is not under way');
    if (this.#cancelled || this.#isTerminated(event.task)) this.#say(event, 'starts after a cancel');
    if (event.at < (this.#notBefore.get(asked) ?? 0)) this.#say(event, 'is made before retry-after is over');
    const finished = this.#finished.get(slot);
    if (finished !== undefined) this.#say(event, `is made although ${finished} has finished`);
    this.#calls.set(event.path, { slot, asked });
    for (const { workflow, caller } of this.#filesAround(event.task)) {
      const limit = workflow.limits.maxParallel;
      const inside = [...this.#calls.keys()].filter((path) => caller === '' || path.startsWith(`${caller}/`)).length;
      if (limit !== undefined && inside > limit) this.#say(event, `is the call ${inside} in flight, of ${limit}`);
    }
    this.#checkAttempt(event, slot, asked);
  }

  #answerCall(event: Extract<RunEvent, { type: 'call-answered' }>): void {
    if (!this.#open.has(event.task)) this.#say(event, 'is a use by a task that is not under way');
    if (this.#cancelled || this.#isTerminated(event.task)) this.#say(event, 'comes after a cancel');
    for (const timer of this.#timers.keys()) if (timer === `${event.path}:wait`) this.#timers.delete(timer);
    for (const what of this.#talk.answered(event, this.#fileOf(event.task))) this.#say(event, what);
  }

  /** The path of the task that calls the file in which a task stands; empty for the run's own. */
  #fileOf(path: string): string {
    return this.#filesAround(path).at(-1)?.caller ?? '';
  }

  /** Counts who is at work. */
  #work(path: string, by: 1 | -1): void {
    const task = this.#taskAt(path);
    if (task?.type !== 'agent' && task?.type !== 'router') return;
    // Who goes on with a conversation may be one of several.
    const around = path.endsWith('/handoff') ? path.slice(0, -'/handoff'.length) : undefined;
    const agent = around === undefined ? task.agentName : (this.#handedTo.get(around) ?? '');
    this.#talk.works(agent, this.#fileOf(path), by);
  }

  #checkAttempt(event: Extract<RunEvent, { type: 'call-started' }>, slot: string, asked: string): void {
    const task = this.#taskAt(event.task);
    if (task?.type !== 'agent' && task?.type !== 'tool' && task?.type !== 'router')
      return this.#say(event, 'belongs to no task that makes calls');
    const isInside = /\/tool\[\d+\]$/.test(slot);
    const limit = isInside ? 1 : task.retry.maxAttempts;
    if (event.attempt > limit) this.#say(event, `is attempt ${event.attempt} of ${limit}`);
    const before = this.#attempts.get(asked) ?? 0;
    if (event.attempt < before) this.#say(event, `is attempt ${event.attempt} after ${before}`);
    this.#attempts.set(asked, event.attempt);
    if (task.type !== 'tool') this.#checkModel(event, task.agent);
    const turn = Number(/turn\[(\d+)\]/.exec(event.path)?.[1] ?? 0);
    // Who goes on with a conversation may be one of several.
    const turns = task.type === 'tool' ? 0 : (task.agent?.maxIterations ?? turn);
    if (turn > turns) this.#say(event, `is turn ${turn} of ${turns}`);
    const tool = event.request.kind === 'tool' ? event.request.tool : undefined;
    const effect = tools.find(({ name }) => name === tool)?.effect ?? 'repeatable';
    if (event.effect !== effect) this.#say(event, `has the effect ${event.effect} instead of ${effect}`);
  }

  /** A list of models is gone through once, no call asks one that was given up, and each has attempts of its own. */
  #checkModel(event: Extract<RunEvent, { type: 'call-started' }>, agent: Agent | undefined): void {
    if (event.request.kind !== 'model' || !agent) return;
    const place = modelsOf(agent).indexOf(event.request.model);
    const before = this.#models.get(event.task) ?? place;
    if (place < before) this.#say(event, `asks ${event.request.model} again, which was given up`);
    if (place > before && event.attempt > 1)
      this.#say(event, `is the first of ${event.request.model}, and attempt ${event.attempt}`);
    this.#models.set(event.task, place);
  }

  #endCall(event: Extract<RunEvent, { type: 'call-ended' }>): void {
    const call = this.#calls.get(event.path);
    if (!call) return this.#say(event, 'ends without being in flight');
    this.#calls.delete(event.path);
    // A reply that made its task fail is asked for again after a resume.
    const { outcome } = event;
    if (outcome.status === 'failed') this.#notBefore.set(call.asked, event.at + (outcome.error.retryAfterMs ?? 0));
    const mayRepeat = 'reply' in outcome && (outcome.reply.finishReason !== 'stop' || call.slot.endsWith('/repair'));
    if (outcome.status === 'completed' && !mayRepeat) this.#finished.set(call.slot, event.path);
    const to = 'reply' in outcome ? outcome.reply.toolCalls.find(handsOver) : undefined;
    if (to) this.#handedTo.set(event.task, to.name.slice('handoff_to_'.length));
  }

  #say(event: RunEvent, what: string): void {
    const name = 'path' in event ? event.path : 'id' in event ? event.id : '';
    this.problems.push(`event ${event.seq}: ${event.type} ${name} ${what}`);
  }
}

function handsOver({ name, arguments: given, invalid }: ToolCall): boolean {
  const isMeant = invalid === undefined && isJsonObject(given) && typeof given['message'] === 'string';
  return name.startsWith('handoff_to_') && isMeant;
}
