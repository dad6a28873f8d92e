// The worst case before a run: what each task, and all of it, can take at most. It holds for one run that nobody resumes
// and in which no engine falls: a resume gives loops and gates more, and a call that was lost is made again. Invariant:
//   W1. A cost without an open reason is never below what a run spends on the task, each time that it begins.
import {
  type AgentTask,
  type Body,
  branchesOf,
  type GatedTask,
  type ParallelTask,
  type PipelineTask,
  type Task,
  type Template,
  type Workflow,
} from '../../../workflow/index.ts';
import { formatCost } from '../../../figures/index.ts';
import { type AgentWorld, answerLimitOf, builtinToolTexts, costOfAgent } from './agent-cost.ts';
import { atMost, type Bound, openBecause, sumOf } from './bound.ts';
import { type Cost, type FactsOf, free, greatestCost, openCost, sumOfCosts, timesOfCost } from './call.ts';
import { Flow, type Level, noNames } from './flow.ts';
import { bytes } from './sizes.ts';

export type { Cost } from './call.ts';

/** The most that a task can take each time that it begins, and how that comes about. */
export interface WorstCase {
  readonly path: string;
  readonly name: string;
  readonly cost: Cost;
  /** Such as `3 rounds`. */
  readonly how: string;
  readonly inside: readonly WorstCase[];
}

export interface WorstCases {
  readonly file: Cost;
  readonly tasks: readonly WorstCase[];
  /** By static path, tasks at all depths of the file itself. */
  readonly byPath: ReadonlyMap<string, WorstCase>;
}

export interface WorstCaseWorld {
  readonly factsOf: FactsOf;
  /** The JSON text of tools beside those that come with Segue or stand in the workflow. */
  readonly toolTexts?: ReadonlyMap<string, string>;
}

/** The engine's own words around what an agent is asked to judge, to join, or to divide. */
const wordsBytes = 2_048;

/** @returns what a workflow can take at most */
export function worstCasesOf(workflow: Workflow, world: WorstCaseWorld): WorstCases {
  return reckon(workflow, world, new Map());
}

/** @param known of the files that were reckoned before */
function reckon(workflow: Workflow, world: WorstCaseWorld, known: Map<Workflow, Cost>): WorstCases {
  const reckoner = new Reckoner(workflow, world, known);
  const tasks = reckoner.scope(workflow.root.tasks, noNames);
  return { file: sumOfCosts(tasks.map(({ cost }) => cost)), tasks, byPath: reckoner.byPath };
}

/** One file. */
class Reckoner {
  readonly byPath = new Map<string, WorstCase>();
  readonly #flow: Flow;
  readonly #world: WorstCaseWorld;
  readonly #known: Map<Workflow, Cost>;
  readonly #agents: AgentWorld;

  constructor(workflow: Workflow, world: WorstCaseWorld, known: Map<Workflow, Cost>) {
    this.#world = world;
    this.#known = known;
    this.#flow = new Flow((task) => answerLimitOf(task, world.factsOf));
    const moduleTools = workflow.toolsets.flatMap(({ module }) => module?.tools ?? []);
    const texts = new Map([
      ...builtinToolTexts,
      ...(world.toolTexts ?? []),
      ...moduleTools.map((tool) => [tool.name, JSON.stringify({ ...tool, nameRange: 0, range: 0 })] as const),
    ]);
    this.#agents = {
      factsOf: world.factsOf,
      toolText: (name) => texts.get(name),
      // What an agent is told of itself names no task.
      sizeOf: (template) => this.#flow.sizeOf(template, noNames),
    };
  }

  scope(tasks: readonly Task[], outer: Level): readonly WorstCase[] {
    const level = this.#flow.enter({ tasks }, outer);
    return tasks.map((task) => this.#task(task, level));
  }

  #task(task: Task, level: Level): WorstCase {
    const own = task.disabled ? nothingOf(task, 'disabled') : this.#own(task, level);
    const inside = task.disabled ? [] : this.#fallback(task, level);
    const worst =
      inside.length === 0
        ? own
        : {
            ...own,
            cost: sumOfCosts([own.cost, ...inside.map(({ cost }) => cost)]),
            how: `${own.how}, and what stands in for it`,
            inside: [...own.inside, ...inside],
          };
    this.byPath.set(task.path, worst);
    return worst;
  }

  #fallback({ onError }: Task, level: Level): readonly WorstCase[] {
    return onError.kind === 'fallback' ? this.#body(onError.body, level) : [];
  }

  #body(body: Body, level: Level): readonly WorstCase[] {
    return body.kind === 'task' ? [this.#task(body.task, level)] : this.scope(body.scope.tasks, level);
  }

  #own(task: Task, level: Level): WorstCase {
    switch (task.type) {
      case 'agent':
        return this.#asked(task, this.#promptOf(task, level));
      case 'router': {
        const routes = atMost(2 * bytes(JSON.stringify(task.routes)) + wordsBytes);
        return this.#asked(task, sumOf([this.#promptOf(task, level), routes]));
      }
      case 'for_each':
        return this.#forEach(task, level);
      case 'loop':
        return times(task, task.maxIterations, 'rounds', this.#body(task.body, level));
      case 'gated':
        return this.#gated(task, level, 0);
      case 'pipeline':
        return this.#pipeline(task, level);
      case 'parallel':
        return this.#parallel(task, level);
      case 'reflect':
        return this.#reflect(task, level);
      case 'supervisor':
        return this.#supervisor(task);
      case 'planner':
        return worstOf(task, openCost(`${task.name} runs a plan that its agent makes`), 'a plan that is not known', []);
      case 'workflow':
        return this.#called(task);
      case 'tool':
      case 'set':
      case 'condition':
      case 'human':
      case 'wait':
      case 'terminate':
        return nothingOf(task, 'asks no model');
    }
  }

  #asked(task: AskingTask, prompt: Bound): WorstCase {
    const { agent } = task;
    const how = agent ? askedInWords(task, agent) : 'an agent that is not known';
    return worstOf(task, costOfAgent({ task, prompt }, this.#agents), how, []);
  }

  #promptOf(task: { readonly prompt?: Template; readonly messages?: Template }, level: Level): Bound {
    if (task.messages) return this.#flow.sizeOf(task.messages, level).text;
    return task.prompt ? this.#flow.sizeOf(task.prompt, level).text : atMost(2);
  }

  #forEach(task: Extract<Task, { type: 'for_each' }>, level: Level): WorstCase {
    const inner: Level = { tasks: new Map(), locals: this.#flow.localsOf(task, level), outer: level };
    const inside = this.#body(task.body, inner);
    const length = this.#flow.lengthOf(task.items);
    if (length !== undefined) return times(task, length, 'elements', inside);
    const isFree = inside.every(({ cost }) => cost.calls.known === 0 && cost.calls.open.length === 0);
    const each = sumOfCosts(inside.map(({ cost }) => cost)).nanoUsd;
    const known = each.open.length === 0 ? ` (each at most ${formatCost(each.known)})` : '';
    const cost = isFree ? free : openCost(`nobody knows how many elements ${task.name} has${known}`);
    return worstOf(task, cost, 'for each element', inside);
  }

  /** @param sentBack how often a later stage may have it tried again */
  #gated(task: GatedTask, level: Level, sentBack: number): WorstCase {
    const { gate, body } = task;
    const tries = 1 + retriesOf(task) + sentBack;
    const inside = this.#body(body, level);
    const judge = gate?.judge;
    const about = judge && [this.#flow.outputOf(body, level).text, ...this.#texts(gate.criteria, level)];
    const judged = judge && about ? [this.#part(judge, sumOf([...about, atMost(wordsBytes)]))] : [];
    return tries === 1 && judged.length === 0
      ? worstOf(task, sumOfCosts(inside.map(({ cost }) => cost)), inside[0]?.how ?? '', inside)
      : times(task, tries, 'tries', [...inside, ...judged]);
  }

  #pipeline(task: PipelineTask, level: Level): WorstCase {
    const inner = this.#flow.enter({ tasks: task.stages }, level);
    const inside = task.stages.map((stage, place) => {
      const later = task.stages.slice(place + 1).filter(({ gate }) => gate?.onFail === 'rollback');
      const sentBack = later.reduce((sum, one) => sum + retriesOf(one), 0);
      const worst = stage.disabled ? nothingOf(stage, 'disabled') : this.#stage(stage, inner, sentBack);
      this.byPath.set(stage.path, worst);
      return worst;
    });
    return together(task, 'all stages', inside);
  }

  #stage(stage: GatedTask, level: Level, sentBack: number): WorstCase {
    const own = this.#gated(stage, level, sentBack);
    const instead = this.#fallback(stage, level);
    return instead.length === 0 ? own : times(stage, 1 + sentBack, 'times', [own, ...instead]);
  }

  #parallel(task: ParallelTask, level: Level): WorstCase {
    const prompt = this.#promptOf(task, level);
    const written = task.branches.flatMap(({ body }) => this.#body(body, level));
    const asked = task.agents.map((agent) => this.#part(agent, prompt));
    const { agent } = task.fusion;
    const outputs = branchesOf(task).map(({ body }) => this.#flow.outputOf(body, level).text);
    const about = [prompt, ...outputs, ...this.#texts(task.fusion.criteria, level)];
    const names = bytes(JSON.stringify(branchesOf(task).map(({ name }) => name)));
    const fused = agent ? [this.#part(agent, sumOf([...about, atMost(2 * names + wordsBytes)]))] : [];
    return together(task, 'all branches', [...written, ...asked, ...fused]);
  }

  #reflect(task: Extract<Task, { type: 'reflect' }>, level: Level): WorstCase {
    const { draft, critique, criteria } = task;
    const asked = this.#promptOf(task, level);
    const [version, verdict] = [draft, critique].map(
      (one) => this.#flow.outputOf({ kind: 'task', task: one }, level).text,
    );
    const again = sumOf([asked, version ?? atMost(0), verdict ?? atMost(0), atMost(wordsBytes)]);
    const judged = sumOf([asked, version ?? atMost(0), ...this.#texts(criteria, level), atMost(wordsBytes)]);
    return times(task, task.maxRounds, 'rounds', [this.#part(draft, again), this.#part(critique, judged)]);
  }

  /** Each round has a plan, which may have to be made again, and so many subtasks; at the end there is one answer. */
  #supervisor(task: Extract<Task, { type: 'supervisor' }>): WorstCase {
    const told = openBecause(`${task.name} is told what its specialists give`);
    const plans = [task.plan, task.replan].map((plan) => this.#part(plan, told));
    const specialists = task.specialists.map((specialist) => this.#part(specialist, told));
    const [plan] = plans;
    const planning = greatestCost(plans.map(({ cost }) => cost));
    const rounds = sumOfCosts([
      timesOfCost(planning, 2),
      timesOfCost(greatestCost(specialists.map(({ cost }) => cost)), task.maxSubtasks),
    ]);
    const synthesis = this.#part(task.synthesis, told);
    const how = `${task.maxRounds} rounds × (2 plans + ${task.maxSubtasks} subtasks), and an answer`;
    const cost = sumOfCosts([timesOfCost(rounds, task.maxRounds), synthesis.cost]);
    return worstOf(task, cost, how, [...(plan ? [plan] : []), ...specialists, synthesis]);
  }

  #called(task: Extract<Task, { type: 'workflow' }>): WorstCase {
    const { called, retry } = task;
    if (!called) return worstOf(task, openCost(`the file ${task.reference} is not known`), 'another file', []);
    const file = this.#known.get(called.workflow) ?? this.#reckonCalled(task, called.workflow);
    const inside = {
      path: `${task.path}/`,
      name: called.workflow.name,
      cost: file,
      how: 'all tasks of the file',
      inside: [],
    };
    return times(task, retry.maxAttempts, 'attempts', [inside]);
  }

  /** A file that calls itself, by whatever way, is refused by the engine. */
  #reckonCalled({ reference }: Extract<Task, { type: 'workflow' }>, workflow: Workflow): Cost {
    this.#known.set(workflow, openCost(`${reference} calls itself`));
    const { file } = reckon(workflow, this.#world, this.#known);
    this.#known.set(workflow, file);
    return file;
  }

  /** An agent at work inside a pattern, which asks it. */
  #part(task: AgentTask, prompt: Bound): WorstCase {
    const worst = this.#asked(task, prompt);
    this.byPath.set(task.path, worst);
    return worst;
  }

  #texts(templates: readonly Template[], level: Level): readonly Bound[] {
    return templates.map((template) => this.#flow.sizeOf(template, level).text);
  }
}

type AskingTask = Extract<Task, { type: 'agent' | 'router' }>;

/** Tries beyond the first that a gate may ask for. */
function retriesOf({ gate }: GatedTask): number {
  return gate && (gate.onFail === 'retry' || gate.onFail === 'rollback') ? gate.maxRetries : 0;
}

function askedInWords({ retry }: AskingTask, agent: NonNullable<AskingTask['agent']>): string {
  const models = [agent.model, ...agent.fallback];
  const turns = agent.tools.length + agent.subAgents.length + agent.handoffs.length > 0 ? agent.maxIterations : 1;
  const answer = agent.maxOutputTokens === undefined ? '' : `, ${agent.maxOutputTokens} tokens of answer each`;
  return `${agent.name} on ${models.join(', else ')}: ${counted(turns, 'turns')} × ${counted(retry.maxAttempts, 'attempts')}${answer}`;
}

function times(task: Task, count: number, what: keyof typeof one, inside: readonly WorstCase[]): WorstCase {
  const each = sumOfCosts(inside.map(({ cost }) => cost));
  return worstOf(task, timesOfCost(each, count), counted(count, what), inside);
}

function together(task: Task, how: string, inside: readonly WorstCase[]): WorstCase {
  return worstOf(task, sumOfCosts(inside.map(({ cost }) => cost)), how, inside);
}

function worstOf({ path, name }: Task, cost: Cost, how: string, inside: readonly WorstCase[]): WorstCase {
  return { path, name, cost, how, inside };
}

function nothingOf(task: Task, how: string): WorstCase {
  return worstOf(task, free, how, []);
}

const one = {
  turns: 'turn',
  attempts: 'attempt',
  rounds: 'round',
  elements: 'element',
  tries: 'try',
  times: 'time',
} as const;

/** `1 round`, `3 rounds`. */
function counted(count: number, what: keyof typeof one): string {
  return `${count} ${count === 1 ? one[what] : what}`;
}
