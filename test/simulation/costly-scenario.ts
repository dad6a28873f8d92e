// Workflows that take all that they may: rounds are never enough, gates are missed, stages are sent back, and prompts are
// made of what came before. Here a bound that forgets something is passed, where other scenarios leave room below it.
import type { Json, JsonObject } from '../../run/index.ts';
import { Dice } from './random.ts';
import { type Scenario, scenarioOf } from './scenario.ts';

const never = 'round > 99';
const numberSchema = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };

/** A scenario for a seed, without people in it. */
export function costlyScenario(seed: number): Scenario {
  const { hold: _hold, cancelAtMs: _cancelAtMs, ...scenario } = scenarioOf(seed);
  const writer = new Writer(new Dice(seed * 7_919 + 3));
  const doc = writer.document(0);
  return { ...scenario, doc, files: writer.files, strict: false, heals: false, waits: 0 };
}

class Writer {
  readonly #dice: Dice;
  readonly files: { [name: string]: JsonObject } = {};
  #count = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  document(depth: number): JsonObject {
    const dice = this.#dice;
    return {
      segue: '1',
      name: 'costly',
      agents: {
        plain: { model: 'mock/plain', instructions: 'Say something.' },
        tooled: { model: 'mock/tooled', tools: ['calc', 'fetch'], max_iterations: dice.whole(1, 3) },
        typed: { model: 'mock/typed', output_schema: numberSchema },
        spared: { model: 'mock/spared', fallback: ['mock/spare'] },
        desk: { model: 'mock/desk', handoffs: ['plain', 'desk'], max_handoffs: dice.whole(1, 2), max_iterations: 2 },
        judge: { model: 'mock/judge' },
      },
      tasks: this.#scope(dice.whole(1, 3), depth),
    };
  }

  #scope(size: number, depth: number): JsonObject {
    const before: string[] = [];
    const tasks: JsonObject = {};
    for (let place = 0; place < size; place += 1) {
      const name = `t${++this.#count}`;
      const task = this.#task(depth, before);
      tasks[name] = task;
      if (isNamed(task)) before.push(name);
    }
    return tasks;
  }

  #task(depth: number, before: readonly string[]): JsonObject {
    const dice = this.#dice;
    const share = [1, 0.5, 0][depth] ?? 0;
    const type = dice.weighed({
      agent: 30,
      gated: 14,
      judged: 6,
      loop: 20 * share,
      for_each: 14 * share,
      pipeline: 14 * share,
      parallel: 10 * share,
      reflect: 10,
      supervisor: depth === 0 ? 10 : 0,
      workflow: depth === 0 ? 10 : 0,
    });
    switch (type) {
      case 'agent':
        return this.#asked(before);
      case 'gated':
        return { ...this.#asked(before), gate: this.#missed('retry') };
      case 'judged':
        return {
          ...this.#asked(before),
          gate: { judge: 'judge', min_score: 1, max_retries: dice.whole(1, 2), on_exhausted: 'continue' },
        };
      case 'loop':
        return {
          type,
          until: never,
          max_iterations: dice.whole(2, 4),
          on_exhausted: 'continue',
          do: this.#body(depth),
        };
      case 'for_each':
        return { type, as: `item${depth}`, items: ['a', 'b', 'c'].slice(0, dice.whole(2, 3)), do: this.#body(depth) };
      case 'pipeline':
        return { type, stages: this.#stages() };
      case 'parallel':
        return { type, branches: { x: this.#body(depth), y: this.#asked(before) }, on_item_error: 'continue' };
      case 'reflect':
        return {
          type,
          agent: 'plain',
          critic: 'judge',
          with: { prompt: this.#prompt(before) },
          max_rounds: dice.whole(2, 3),
        };
      case 'supervisor': {
        const most = { max_rounds: dice.whole(1, 3), max_subtasks: dice.whole(1, 3) };
        return { type, agent: 'plain', specialists: ['plain', 'typed'], goal: this.#prompt(before), ...most };
      }
      case 'workflow':
        return this.#call();
    }
  }

  #body(depth: number): JsonObject {
    return this.#dice.chance(0.4)
      ? { tasks: this.#scope(this.#dice.whole(1, 2), depth + 1) }
      : this.#task(depth + 1, []);
  }

  #asked(before: readonly string[]): JsonObject {
    const agent = this.#dice.pick(['plain', 'plain', 'plain', 'tooled', 'typed', 'spared', 'desk']);
    return { type: 'agent', agent, with: { prompt: this.#prompt(before) } };
  }

  #prompt(before: readonly string[]): Json {
    const dice = this.#dice;
    if (before.length === 0 || dice.chance(0.2)) return `word${dice.whole(1, 99)}`;
    const named = `\${{ tasks.${dice.pick(before)}.output }}`;
    return dice.chance(0.5) ? named : `"Of"\n${named}${named}`;
  }

  #stages(): JsonObject {
    const dice = this.#dice;
    const stages = Array.from({ length: dice.whole(2, 3) }, (_, place) => [
      `s${++this.#count}`,
      { ...this.#asked([]), ...(place > 0 && { gate: this.#missed('rollback') }) },
    ]);
    return Object.fromEntries(stages) as JsonObject;
  }

  #missed(onFail: 'retry' | 'rollback'): JsonObject {
    return { when: never, on_fail: onFail, max_retries: this.#dice.whole(1, 3), on_exhausted: 'continue' };
  }

  /** A call that is made again as often as it may, where its tasks fail in a way that may pass. */
  #call(): JsonObject {
    const name = `f${++this.#count}.segue.yaml`;
    this.files[name] = this.document(1);
    return { type: 'workflow', workflow: `./${name}`, retry: { max_attempts: this.#dice.whole(2, 3), delay: '100ms' } };
  }
}

/** Whether others may name what a task gives: it is surely there. */
function isNamed({ type }: JsonObject): boolean {
  return type === 'agent' || type === 'reflect' || type === 'for_each';
}
