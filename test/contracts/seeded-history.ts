import type { Fact, Spent } from '../../run/index.ts';
import {
  actor,
  answered,
  asked,
  callEnded,
  callStarted,
  callWaiting,
  runStarted,
  taskEnded,
  taskStarted,
} from './facts.ts';

interface Task {
  readonly path: string;
  round: number;
  open: boolean;
  call: 'none' | 'waiting' | 'running' | 'ended';
  ordinal: number;
  asks: boolean;
}

/** The facts of a run that could have been, about `length` of them; the same for the same seed. */
export function seededHistory(seed: number, length: number): Fact[] {
  const pick = chance(seed);
  const facts: Fact[] = [runStarted(`flow${seed % 3}.yaml`, `Flow ${seed}`)];
  const tasks: Task[] = [];
  const held = new Set<string>();
  let ended = false;
  while (facts.length < length) {
    const task = tasks[pick(Math.max(tasks.length, 1))];
    if (ended) {
      facts.push({ type: 'run-resumed', actor, interactive: true });
      ended = false;
    } else if (!task || pick(8) === 0) {
      const path = `task${tasks.length}`;
      const skipped = pick(4) === 0;
      tasks.push({ path, round: 1, open: !skipped, call: 'none', ordinal: 0, asks: false });
      facts.push(skipped ? taskEnded(path, 'skipped') : taskStarted(path));
    } else if (pick(10) === 0) {
      const id = `hold${pick(2)}`;
      facts.push(
        held.delete(id)
          ? { type: 'hold-cleared', id, actor }
          : { type: 'hold-set', id, pattern: '*', owner: 'x', actor },
      );
      if (facts.at(-1)?.type === 'hold-set') held.add(id);
    } else {
      facts.push(...nextOf(task, pick));
    }
    if (tasks.length > 2 && tasks.every(({ open }) => !open) && pick(3) === 0) {
      const error = { code: 'task_failed', message: 'A task failed.', retryable: false };
      facts.push(pick(2) ? { type: 'run-ended', status: 'failed', error } : { type: 'run-ended', status: 'completed' });
      ended = true;
    }
  }
  return facts;
}

/** What may happen to one task now. */
function nextOf(task: Task, pick: (below: number) => number): Fact[] {
  const { path } = task;
  if (!task.open) {
    if (pick(3) > 0) return [];
    Object.assign(task, { open: true, round: task.round + 1, call: 'none' });
    return [taskStarted(path, task.round)];
  }
  if (pick(4) === 0) {
    task.asks = !task.asks;
    return [task.asks ? asked(path) : answered(path)];
  }
  switch (task.call) {
    case 'none':
      task.ordinal++;
      task.call = pick(2) ? 'waiting' : 'running';
      return [task.call === 'waiting' ? callWaiting(path, task.ordinal) : callStarted(path, task.ordinal)];
    case 'waiting':
      task.call = 'running';
      return [callStarted(path, task.ordinal)];
    case 'running':
      task.call = 'ended';
      return [callEnded(path, pick(5) ? spentBy(pick) : undefined, task.ordinal)];
    case 'ended':
      return afterCall(task, pick);
  }
}

function afterCall(task: Task, pick: (below: number) => number): Fact[] {
  const { path, ordinal, round } = task;
  if (pick(3) === 0)
    return [{ type: 'usage-settled', path: `${path}/turn[1]#${ordinal}`, task: path, spent: spentBy(pick) }];
  if (pick(2) || task.asks) {
    task.call = 'none';
    return [];
  }
  task.open = false;
  return [taskEnded(path, pick(2) ? 'completed' : 'failed', round)];
}

function spentBy(pick: (below: number) => number): Spent {
  const usage = { inputTokens: pick(1000), outputTokens: pick(500), cachedInputTokens: pick(10) };
  return { usage, costNanoUsd: pick(5) ? pick(9000) : null, ...(pick(3) === 0 && { estimated: true }) };
}

/** Whole numbers below a limit, from a seed (mulberry32). */
export function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
