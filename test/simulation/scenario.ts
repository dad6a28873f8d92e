// From a seed to a workflow and its surroundings.
import type { Json, JsonObject, ToolDescriptor } from '../../run/index.ts';
import { Dice } from './random.ts';
import { engineTools, withTalk } from './talk.ts';

/** Everything that a seed decides, except what single calls come to (script.ts). */
export interface Scenario {
  readonly seed: number;
  readonly doc: JsonObject;
  /** The files that it calls, by their names. */
  readonly files: { readonly [name: string]: JsonObject };
  /** True when nothing about the result depends on who is faster: then the oracle knows it. */
  readonly strict: boolean;
  readonly interactive: boolean;
  /** What a person says to each tool that asks. */
  readonly leave: { readonly [tool: string]: 'allow' | 'allow_all' | 'deny' };
  readonly hold?: { readonly pattern: string; readonly setAtMs: number; readonly clearAtMs: number };
  /** The run is cancelled then, and resumed. */
  readonly cancelAtMs?: number;
  /** A run that failed is resumed once, and what failed then goes well. */
  readonly heals: boolean;
  /** The share of calls that the arbiter makes wait at first. */
  readonly waits: number;
}

const anything = { type: 'object' } as const;
export const tools: readonly ToolDescriptor[] = [
  { name: 'calc', description: 'counts', input: anything, effect: 'none', asks: 'never' },
  { name: 'fetch', description: 'reads', input: anything, effect: 'repeatable', asks: 'never' },
  { name: 'send', description: 'acts', input: anything, effect: 'once', asks: 'never' },
  { name: 'guarded', description: 'writes', input: anything, effect: 'repeatable', asks: 'first' },
  { name: 'pay', description: 'pays', input: anything, effect: 'once', asks: 'first' },
  ...engineTools,
];

const numberSchema = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };

/** The scenario of a seed. */
export function scenarioOf(seed: number): Scenario {
  const dice = new Dice(seed * 2_654_435_761 + 1);
  const strict = dice.chance(0.75);
  const writer = new Writer(dice, strict);
  const written = writer.document();
  const { doc, files } = withTalk({ doc: written, files: writer.files }, new Dice(seed * 40_503 + 7), strict);
  const pattern = dice.pick(Object.keys(doc['tasks'] as JsonObject));
  const setAtMs = dice.whole(0, 3000);
  return {
    seed,
    doc,
    files,
    strict,
    interactive: dice.chance(0.8),
    leave: { guarded: dice.pick(['allow', 'allow_all', 'deny']), pay: dice.pick(['allow', 'allow_all', 'deny']) },
    ...(dice.chance(0.15) && {
      hold: { pattern: dice.chance(0.2) ? '*' : pattern, setAtMs, clearAtMs: setAtMs + 20_000 },
    }),
    ...(dice.chance(0.2) && { cancelAtMs: dice.whole(0, 8000) }),
    heals: !strict && dice.chance(0.4),
    waits: dice.chance(0.2) ? 0.3 : 0,
  };
}

class Writer {
  readonly #dice: Dice;
  readonly #strict: boolean;
  #count = 0;
  #lastShared: string | undefined;
  /** Tasks that have a history. */
  readonly #pasts = new Set<string>();
  /** Tasks whose output may be a list, as far as the checker can tell. */
  readonly #maybeLists = new Set<string>();
  /** The files that are called, as far as they are written. */
  readonly files: { [name: string]: JsonObject } = {};
  /** How many files stand around what is being written. */
  #callDepth = 0;

  constructor(dice: Dice, strict: boolean) {
    this.#dice = dice;
    this.#strict = strict;
  }

  document(): JsonObject {
    const dice = this.#dice;
    const tasks = this.#scope(dice.whole(1, this.#callDepth > 0 ? 3 : 5), 0, []);
    const names = Object.keys(tasks);
    if (dice.chance(0.1)) {
      const when = dice.chance(0.3) ? { when: this.#condition(names) } : {};
      tasks['stop'] = { ...this.#termination(), needs: names, trigger_rule: 'all_done', ...when };
    }
    const outputs = Array.from({ length: dice.whole(0, 3) }, (_, i) => [
      `o${i}`,
      `\${{ tasks.${dice.pick(names)}.output }}`,
    ]);
    return {
      segue: '1',
      name: 'simulated',
      agents: {
        plain: { model: 'mock/plain', instructions: 'Say something.', capabilities: ['talk'] },
        worker: {
          model: 'mock/worker',
          fallback: ['mock/spare', 'mock/last'],
          tools: ['calc', 'fetch', 'send', 'guarded', 'pay'],
          max_iterations: dice.whole(1, 4),
          capabilities: ['work'],
        },
        typed: { model: 'mock/typed', output_schema: numberSchema, capabilities: ['count'] },
        lead: { model: 'mock/lead', fallback: ['mock/spare'], instructions: 'Lead.' },
        chief: {
          model: 'mock/chief',
          fallback: ['mock/spare'],
          tools: ['calc'],
          sub_agents: ['plain', 'typed', 'worker'],
          max_iterations: dice.whole(1, 3),
        },
        desk: {
          model: 'mock/desk',
          instructions: 'Hand over.',
          handoffs: ['clerk', 'desk'],
          max_handoffs: dice.whole(1, 3),
          max_iterations: 2,
        },
        clerk: {
          model: 'mock/clerk',
          fallback: ['mock/spare'],
          tools: ['calc', 'send'],
          handoffs: ['desk'],
          sub_agents: ['plain'],
          max_iterations: 3,
        },
        judge: { model: 'mock/judge', fallback: ['mock/spare'], instructions: 'Be fair.' },
        both: {
          model: 'mock/both',
          fallback: ['mock/spare'],
          tools: ['calc', 'send'],
          max_iterations: 2,
          output_schema: numberSchema,
          capabilities: ['work', 'count'],
        },
      },
      shared: { trail: { type: 'string', default: '' } },
      limits: dice.chance(0.6) ? { max_parallel: dice.whole(1, 4) } : {},
      on_failure: dice.chance(0.4) ? { allow_partial: true, max_failure_rate: dice.pick([0.2, 0.5, 1]) } : {},
      tasks,
      outputs: Object.fromEntries(outputs),
    };
  }

  /** A graph of tasks: each names only tasks before it, conditions choose among those after it. */
  #scope(size: number, depth: number, visible: readonly string[]): JsonObject {
    const names = Array.from({ length: size }, () => `t${++this.#count}`);
    return Object.fromEntries(
      names.map((name, place) => {
        const before = names.slice(0, place);
        const shares = depth === 0 && this.#dice.chance(0.15);
        const task = shares
          ? this.#sharedSet(name)
          : {
              ...this.#task(depth, before, [...visible, ...before], names.slice(place + 1)),
              ...this.#graphKeys(before, depth),
            };
        if (task['type'] === 'tool' || task['type'] === 'for_each') this.#maybeLists.add(name);
        if (task['type'] === 'loop' || task['type'] === 'reflect') this.#pasts.add(name);
        return [name, task];
      }),
    );
  }

  #graphKeys(before: readonly string[], depth: number): JsonObject {
    const dice = this.#dice;
    const keys: JsonObject = {};
    if (before.length > 0 && dice.chance(0.4)) keys['needs'] = [dice.pick(before)];
    if (dice.chance(0.35)) keys['trigger_rule'] = dice.pick(['all_success', 'none_failed', 'one_success', 'all_done']);
    if (dice.chance(0.2)) keys['priority'] = dice.whole(0, 10);
    if (depth === 0 && dice.chance(0.1)) keys['critical'] = true;
    return keys;
  }

  /** Writers of the shared value follow one another, so that what they read is certain. */
  #sharedSet(name: string): JsonObject {
    const needs = this.#lastShared === undefined ? [] : [this.#lastShared];
    this.#lastShared = name;
    return { type: 'set', needs, trigger_rule: 'all_done', shared: { trail: `\${{ shared.trail + '${name}' }}` } };
  }

  #task(depth: number, siblings: readonly string[], visible: readonly string[], after: readonly string[]): JsonObject {
    const dice = this.#dice;
    // Composites inside composites are rarer: few are enough to meet each other, and many make a run long.
    const share = [1, 0.4, 0][depth] ?? 0;
    const type = dice.weighed({
      agent: 34,
      tool: 22,
      for_each: 18 * share,
      loop: 14 * share,
      pipeline: 10 * share,
      parallel: 10 * share,
      reflect: depth === 0 ? 8 : 3,
      supervisor: depth === 0 ? 9 : 3,
      planner: depth === 0 ? 6 : 2,
      set: 10,
      human: 8,
      wait: 5,
      // Who else has ended by then depends on who is faster.
      terminate: this.#strict ? 0 : 2,
      workflow: this.#callDepth < 2 ? 7 : 0,
      condition: after.length > 0 ? 10 : 0,
      router: after.length > 0 ? 7 : 0,
    });
    const common: JsonObject = {};
    if (dice.chance(0.18)) common['when'] = this.#condition(visible);
    if (dice.chance(0.04)) common['disabled'] = true;
    const task = { ...this.#ofType(type, depth, siblings, visible, after), ...this.#gate(type) };
    if (dice.chance(0.35)) common['on_error'] = this.#onError(shapeOf(task), depth, visible);
    return { ...common, ...task };
  }

  #ofType(
    type:
      | 'agent'
      | 'tool'
      | 'for_each'
      | 'loop'
      | 'pipeline'
      | 'reflect'
      | 'supervisor'
      | 'planner'
      | 'parallel'
      | 'set'
      | 'human'
      | 'wait'
      | 'terminate'
      | 'condition'
      | 'router'
      | 'workflow',
    depth: number,
    siblings: readonly string[],
    visible: readonly string[],
    after: readonly string[],
  ): JsonObject {
    const dice = this.#dice;
    const value = this.#value(visible);
    switch (type) {
      case 'agent':
        return {
          type,
          agent: dice.pick(['plain', 'worker', 'worker', 'typed', 'typed', 'both', 'chief', 'desk', 'clerk']),
          with: { prompt: value },
          ...this.#callKeys(),
        };
      case 'tool':
        return {
          type,
          tool: dice.pick(['calc', 'fetch', 'send', 'send', 'guarded', 'pay']),
          with: { a: value },
          ...this.#callKeys(),
        };
      case 'set':
        return { type, values: { v: value } };
      case 'condition':
        return {
          type,
          cases: Array.from({ length: dice.whole(1, 2) }, () => ({
            when: this.#condition(siblings),
            to: [dice.pick(after)],
          })),
          ...(dice.chance(0.6) && { else: [dice.pick(after)] }),
        };
      case 'router':
        return this.#router(value, after);
      case 'human':
        return {
          type,
          message: 'Go on?',
          options: ['yes', 'no'],
          ...(dice.chance(0.5) && {
            timeout: '10m',
            on_timeout: dice.pick<Json>(['fail', 'skip', { default: 'no' }]),
          }),
        };
      case 'terminate':
        return this.#termination();
      case 'wait':
        return { type, ...this.#pause() };
      case 'workflow':
        return this.#call(value);
      case 'for_each':
        return this.#forEach(depth, visible);
      case 'loop':
        return this.#loop(depth, visible);
      case 'pipeline':
        return this.#pipeline(depth, visible);
      case 'reflect':
        return this.#reflect(value);
      case 'supervisor':
        return this.#supervisor(value);
      case 'planner':
        return this.#planner(value);
      case 'parallel':
        return this.#parallel(depth, visible, value);
    }
  }

  /** A condition that may be missed by chance, or for good; or a judge. @param sends whether it may send the run back */
  #gate(type: string, sends = false): JsonObject {
    const dice = this.#dice;
    if (['condition', 'set', 'wait', 'terminate'].includes(type) || !dice.chance(0.25)) return {};
    const looks = dice.pick<JsonObject>([
      { judge: 'judge', min_score: dice.pick([0.2, 0.5, 0.9]), criteria: ['it is short'] },
      // What a composite gives may be absent.
      { when: type === 'agent' || type === 'tool' ? "json(output).contains('1')" : 'round > 1' },
      { when: dice.chance(0.8) ? 'round == 2' : '1 / 0 == 1' },
    ]);
    const onFail = dice.pick(['retry', 'retry', 'fail', 'continue', ...(sends ? ['rollback', 'rollback'] : [])]);
    return {
      gate: {
        ...looks,
        ...(dice.chance(0.8) && { on_fail: onFail }),
        ...(dice.chance(0.5) && { max_retries: dice.whole(0, 3) }),
        ...(dice.chance(0.3) && { on_exhausted: 'continue' }),
      },
    };
  }

  /** Stages that see those before them, some of which send the run back. */
  #pipeline(depth: number, visible: readonly string[]): JsonObject {
    const dice = this.#dice;
    const names = Array.from({ length: dice.whole(1, 4) }, () => `s${++this.#count}`);
    const stages = names.map((name, place) => {
      const task = this.#task(depth + 1, [], [...visible, ...names.slice(0, place)], []);
      const asked = task['type'] === 'agent' && dice.chance(0.3) ? { with: { prompt: 'Again: ${{ round }}' } } : {};
      const heeds = task['gate'] && task['type'] === 'agent' && dice.chance(0.5);
      const prompt = heeds ? { with: { prompt: "${{ gate.feedback.orValue('first') }}" } } : asked;
      return [name, { ...task, ...prompt, ...(place > 0 && this.#gate(task['type'] as string, true)) }];
    });
    const timeout = !this.#strict && dice.chance(0.3) ? { timeout: dice.pick(['1s', '3s', '8s']) } : {};
    return { type: 'pipeline', stages: Object.fromEntries(stages), ...timeout };
  }

  /** Branches or agents, every way to make one of them, and now and then fewer of them than there are. */
  #parallel(depth: number, visible: readonly string[], value: Json): JsonObject {
    const dice = this.#dice;
    const strategy = dice.pick(['collect', 'concat', 'merge', 'vote', 'vote', 'best_of', 'synthesize']);
    const asked = dice.pick([
      ['plain', 'worker'],
      ['typed', 'both'],
      ['typed', 'both', 'worker'],
    ]);
    const isAsking = dice.chance(0.3) && (strategy !== 'merge' || !asked.includes('worker'));
    const names = Array.from({ length: dice.whole(1, 4) }, () => `b${++this.#count}`);
    const branches = names.map((name) => [name, this.#branch(strategy, depth, visible)]);
    const count = isAsking ? asked.length : names.length;
    const quorum = dice.chance(0.3) ? dice.whole(1, count) : undefined;
    // Who is cut depends on who is faster.
    const isOneByOne = quorum !== undefined && (this.#strict || dice.chance(0.3));
    const most = isOneByOne ? 1 : dice.chance(0.4) ? dice.whole(1, 3) : undefined;
    return {
      type: 'parallel',
      ...(isAsking ? { agents: asked, with: { prompt: value } } : { branches: Object.fromEntries(branches) }),
      ...(most !== undefined && { max_parallel: most }),
      ...(dice.chance(0.7) && { on_item_error: dice.pick(['stop', 'finish', 'continue', 'continue']) }),
      ...(!this.#strict && dice.chance(0.3) && { timeout: dice.pick(['1s', '3s', '8s']) }),
      fusion: {
        strategy,
        ...(strategy === 'best_of' && { agent: 'judge', criteria: ['it is short'] }),
        ...(strategy === 'synthesize' && { agent: dice.pick(['plain', 'worker', 'typed']) }),
        ...(strategy === 'vote' && dice.chance(0.3) && { ties: 'fail' }),
        ...(quorum !== undefined && { quorum }),
      },
    };
  }

  #branch(strategy: string, depth: number, visible: readonly string[]): JsonObject {
    const dice = this.#dice;
    const value = this.#value(visible);
    const never = dice.chance(0.1) ? { when: this.#condition(visible) } : {};
    if (strategy === 'merge') {
      return dice.pick<JsonObject>([
        { type: 'set', values: { [dice.pick(['v', 'w'])]: value, deep: { n: dice.whole(0, 1) } }, ...never },
        { type: 'tool', tool: dice.pick(['fetch', 'send']), with: { a: value }, ...never },
        { type: 'agent', agent: 'typed', with: { prompt: value }, ...never },
      ]);
    }
    if (strategy === 'vote' && dice.chance(0.7)) return { type: 'set', values: { v: dice.whole(0, 1) }, ...never };
    return this.#body(depth + 1, visible, { value: "'branch'", place: '0' });
  }

  #router(value: Json, after: readonly string[]): JsonObject {
    const dice = this.#dice;
    const ways = after.slice(0, dice.whole(1, 3)).map((name) => [name]);
    const both = after.length > 1 && dice.chance(0.3) ? [after.slice(0, 2)] : [];
    return {
      type: 'router',
      agent: dice.pick(['plain', 'worker', 'typed', 'both']),
      with: { prompt: value },
      routes: [...ways, ...both].map((to) => ({ to, description: 'One way.' })),
      ...(dice.chance(0.5) && { max_routes: dice.whole(1, 3) }),
      ...this.#callKeys(),
    };
  }

  #planner(goal: Json): JsonObject {
    const dice = this.#dice;
    const agents = ['plain', 'typed', 'worker'].filter(() => dice.chance(0.6));
    const tools = ['calc', 'send', 'guarded'].filter(() => dice.chance(0.5));
    const mayUse = {
      ...(tools.length > 0 && { tools }),
      ...((agents.length > 0 || tools.length === 0) && { agents: [...agents, 'both'] }),
    };
    return {
      type: 'planner',
      agent: dice.pick(['plain', 'plain', 'judge']),
      goal,
      may_use: mayUse,
      ...(dice.chance(0.4) && { approve: true }),
      ...(dice.chance(0.3) && { max_tasks: dice.whole(1, 3) }),
      ...(dice.chance(0.6) && { max_replans: dice.whole(0, 3) }),
      ...(dice.chance(0.2) && { output_schema: numberSchema }),
      ...(!this.#strict && dice.chance(0.3) && { timeout: dice.pick(['1s', '3s', '8s']) }),
    };
  }

  /** Some are content with a version, some see that nothing gets better, some run out of rounds. */
  #reflect(value: Json): JsonObject {
    const dice = this.#dice;
    const until = dice.pick([
      'critique.score >= 0.8',
      'critique.score >= 0.8',
      'round == 2',
      'round > 9',
      '1 / 0 == 1',
    ]);
    return {
      type: 'reflect',
      agent: dice.pick(['plain', 'plain', 'typed', 'worker']),
      critic: dice.pick(['judge', 'judge', 'self']),
      with: { prompt: value },
      ...(dice.chance(0.4) && { criteria: ['it is short'] }),
      ...(dice.chance(0.8) && { until }),
      ...(dice.chance(0.7) && { max_rounds: dice.whole(1, 6) }),
      ...(!this.#strict && dice.chance(0.3) && { timeout: dice.pick(['1s', '3s', '8s']) }),
    };
  }

  /** A team. In a strict one it is never open who gets a subtask: that would depend on who is faster. */
  #supervisor(goal: Json): JsonObject {
    const dice = this.#dice;
    const able = dice.pick([
      ['plain', 'worker'],
      ['plain', 'typed'],
      ['worker', 'typed'],
    ]);
    const open = dice.pick([
      { specialists: ['plain', 'worker', 'typed', 'both'], assign: 'capability' },
      { specialists: ['plain', 'worker', 'both'], assign: 'least_busy' },
    ]);
    const certain = dice.pick<JsonObject>([
      { specialists: dice.pick([able, ['plain'], ['plain', 'worker', 'typed', 'both']]) },
      { specialists: able, assign: 'capability' },
      { specialists: ['worker'], assign: 'least_busy' },
    ]);
    return {
      type: 'supervisor',
      agent: 'lead',
      goal,
      ...(!this.#strict && dice.chance(0.5) ? open : certain),
      ...(dice.chance(0.7) && { max_rounds: dice.whole(1, 3) }),
      ...(dice.chance(0.5) && { max_parallel: dice.whole(1, 2) }),
      ...(dice.chance(0.3) && { max_subtasks: dice.whole(1, 3) }),
      ...(dice.chance(0.3) && { output_schema: numberSchema }),
      ...(!this.#strict && dice.chance(0.3) && { timeout: dice.pick(['1s', '5s', '15s']) }),
    };
  }

  /** Short, long enough for a cancel or a crash to come in between, over before it began, or never a moment. */
  #pause(): JsonObject {
    const dice = this.#dice;
    return dice.pick<JsonObject>([
      { duration: dice.pick(['0s', '300ms', '4s', '20s']) },
      { until: `\${{ timestamp(run.started_at) + duration('${dice.whole(0, 12)}s') }}` },
      { until: '1969-07-20T20:17:40Z' },
      { until: "${{ run.id + 'soon' }}" },
    ]);
  }

  #termination(): JsonObject {
    const dice = this.#dice;
    const message = dice.chance(0.5) ? { message: 'Enough.' } : {};
    return { type: 'terminate', status: dice.pick(['completed', 'failed', 'cancelled']), ...message };
  }

  /** A call of a file that is there already, or of a new one. */
  #call(value: Json): JsonObject {
    const dice = this.#dice;
    const known = Object.keys(this.files);
    // A file that is being written can not be called: it would call itself.
    const again = this.#callDepth === 0 && known.length > 0 && dice.chance(0.4);
    const file = again ? dice.pick(known) : this.#calledFile();
    return {
      type: 'workflow',
      workflow: `./${file}`,
      with: { given: value },
      ...(!this.#strict && dice.chance(0.4) && { timeout: dice.pick(['1s', '3s', '8s']) }),
      // What failed would fail again, but with the ordinals of calls that were made before.
      ...(!this.#strict && dice.chance(0.5) && { retry: this.#retry() }),
    };
  }

  #calledFile(): string {
    const outer = this.#lastShared;
    this.#lastShared = undefined;
    this.#callDepth += 1;
    const doc = this.document();
    this.#callDepth -= 1;
    this.#lastShared = outer;
    const name = `f${Object.keys(this.files).length}.segue.yaml`;
    this.files[name] = { ...doc, inputs: { given: {} } };
    return name;
  }

  #forEach(depth: number, visible: readonly string[]): JsonObject {
    const dice = this.#dice;
    const list = Array.from({ length: dice.whole(0, 5) }, (_, i) => 'abcde'[i] ?? 'z');
    const lists = visible.filter((name) => this.#maybeLists.has(name));
    const items = lists.length > 0 && dice.chance(0.4) ? `\${{ tasks.${dice.pick(lists)}.output }}` : list;
    const as = `item${depth}`;
    const inside = this.#body(depth + 1, visible, { value: as, place: `${as}_index` });
    return {
      type: 'for_each',
      items,
      as,
      ...(dice.chance(0.6) && { max_parallel: dice.whole(1, 3) }),
      ...(dice.chance(0.7) && { on_item_error: dice.pick(['stop', 'finish', 'continue']) }),
      ...(!this.#strict && dice.chance(0.3) && { timeout: dice.pick(['1s', '3s', '8s']) }),
      do: inside,
    };
  }

  /** Some end by their condition, some run out of rounds, some fail in one. */
  #loop(depth: number, visible: readonly string[]): JsonObject {
    const dice = this.#dice;
    const inside = this.#body(depth + 1, visible, { value: dice.pick(['round', 'output']), place: 'round' });
    const isWhile = dice.chance(0.4);
    const most = dice.whole(1, 4);
    const condition = this.#loopCondition(isWhile, most, inside, visible);
    return {
      type: 'loop',
      [isWhile ? 'while' : 'until']: condition,
      max_iterations: most,
      ...(dice.chance(0.5) && { on_exhausted: dice.pick(['fail', 'continue', 'continue']) }),
      ...(!this.#strict && dice.chance(0.3) && { timeout: dice.pick(['1s', '3s', '8s']) }),
      do: inside,
    };
  }

  #loopCondition(isWhile: boolean, most: number, inside: JsonObject, visible: readonly string[]): Json {
    const dice = this.#dice;
    if (dice.chance(0.15)) return this.#condition(visible);
    const enough = dice.whole(0, most);
    if (dice.chance(0.5)) return isWhile ? `round <= ${enough}` : `round > ${enough}`;
    if (isWhile) return dice.pick(['round == 1 || output.hasValue()', 'round < 2 || !output.hasValue()']);
    const shape = isCertain(inside) ? shapeOf(inside) : 'other';
    const tests = { text: "output.contains('1')", any: "json(output).contains('1')", number: 'output.n % 2 == 0' };
    return shape === 'list' || shape === 'other' ? 'round == 2' : tests[shape];
  }

  /** One task, or a small graph. @param names the expressions that say what it works on, and where it is */
  #body(
    depth: number,
    visible: readonly string[],
    { value, place }: { readonly value: string; readonly place: string },
  ): JsonObject {
    const dice = this.#dice;
    const when = dice.chance(0.15) ? { when: `${place} != 1` } : {};
    if (dice.chance(0.4)) {
      const tasks = this.#scope(dice.whole(1, 3), depth, visible);
      const last = Object.keys(tasks).at(-1);
      return {
        tasks,
        ...(dice.chance(0.4) && { output: { last: `\${{ tasks.${last}.output }}`, at: `\${{ ${place} }}` } }),
        ...when,
      };
    }
    const task = this.#task(depth, [], visible, []);
    const prompt = dice.chance(0.7) && task['type'] === 'agent' ? { with: { prompt: `\${{ ${value} }}` } } : {};
    return { ...task, ...prompt, ...when };
  }

  #callKeys(): JsonObject {
    const dice = this.#dice;
    return { ...(dice.chance(0.5) && { retry: this.#retry() }), ...(dice.chance(0.35) && { timeout: '5s' }) };
  }

  #retry(): JsonObject {
    const dice = this.#dice;
    return {
      strategy: dice.pick(['immediate', 'constant', 'linear', 'exponential']),
      max_attempts: dice.whole(1, 4),
      delay: dice.pick(['100ms', '1s']),
      max_delay: '5s',
      jitter: dice.chance(0.5),
      ...(dice.chance(0.15) && {
        on: dice.pick([['network'], ['network', 'bad_request'], ['timeout', 'rate_limited']]),
      }),
    };
  }

  #value(visible: readonly string[]): Json {
    const dice = this.#dice;
    if (this.#callDepth > 0 && dice.chance(0.2)) return '${{ inputs.given }}';
    if (visible.length === 0 || dice.chance(0.4)) return `word${dice.whole(1, 99)}`;
    const name = dice.pick(visible);
    return `\${{ tasks.${name}.${this.#pasts.has(name) && dice.chance(0.4) ? 'history' : 'output'} }}`;
  }

  #condition(visible: readonly string[]): Json {
    const dice = this.#dice;
    if (visible.length === 0 || dice.chance(0.3)) return dice.chance(0.1) ? '1 / 0 == 1' : dice.chance(0.6);
    const status = dice.pick(['completed', 'completed', 'failed', 'skipped']);
    return `tasks.${dice.pick(visible)}.status == '${status}'`;
  }

  /** What stands in for a task must have its type. */
  #onError(shape: Shape, depth: number, visible: readonly string[]): Json {
    const dice = this.#dice;
    if (!this.#strict && depth === 0 && dice.chance(0.2)) return 'fail_run';
    const kind = shape === 'other' ? 'continue' : dice.pick(['continue', 'default', 'fallback', 'fallback']);
    if (kind === 'continue') return 'continue';
    if (kind === 'default') return { default: this.#standIn(shape) };
    if (dice.chance(0.4)) {
      const tasks = this.#scope(dice.whole(1, 2), 2, visible);
      return { fallback: { tasks, output: this.#standIn(shape) } };
    }
    const never = dice.chance(0.15) ? { when: false } : {};
    return { fallback: { ...this.#otherTask(shape), ...never } };
  }

  #standIn(shape: Shape): Json {
    return { text: '${{ error.code }}', number: { n: 7 }, any: { code: '${{ error.code }}' }, list: [], other: null }[
      shape
    ];
  }

  #otherTask(shape: Shape): JsonObject {
    const dice = this.#dice;
    switch (shape) {
      case 'text':
        return { type: 'agent', agent: 'plain', with: { prompt: '${{ error.code }}' } };
      case 'number':
        return { type: 'agent', agent: 'typed', with: { prompt: 'Again.' } };
      case 'list':
        return { type: 'for_each', items: ['z'], as: 'other', do: { tool: 'send', with: { a: '${{ other }}' } } };
      case 'any':
      case 'other':
        return dice.pick<JsonObject>([
          { type: 'set', values: { code: '${{ error.code }}' } },
          { type: 'tool', tool: 'send', with: { a: 'instead' }, on_error: 'continue' },
        ]);
    }
  }
}

/** The type of an output, as far as a stand-in must match it. */
type Shape = 'text' | 'number' | 'any' | 'list' | 'other';

function shapeOf(task: JsonObject): Shape {
  switch (task['type']) {
    case 'agent':
    case 'reflect':
      return task['agent'] === 'typed' || task['agent'] === 'both' ? 'number' : 'text';
    case 'supervisor':
      return task['output_schema'] ? 'number' : 'text';
    case 'tool':
      return 'any';
    case 'for_each':
      return (task['do'] as JsonObject)['type'] === 'tool' ? 'list' : 'other';
    case 'loop': {
      const inside = task['do'] as JsonObject;
      return task['until'] !== undefined && isCertain(inside) ? shapeOf(inside) : 'other';
    }
    default:
      return 'other';
  }
}

/** True for a body that gives an output whenever it does not fail. */
function isCertain(body: JsonObject): boolean {
  return body['when'] === undefined && body['disabled'] === undefined && body['on_error'] !== 'continue';
}
