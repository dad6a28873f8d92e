// A loop: its rounds are children that begin one after another. Whether there is another one is judged when one has
// ended, and that one begins in the same look: nothing can come in between and make the condition another.
import type { Failure, Json } from '../../run/index.ts';
import { failure } from '../../run/index.ts';
import type { Condition, LoopTask } from '../../workflow/model/model.ts';
import { beginOrSkip } from './begin.ts';
import { completeTask, failTask } from './ending.ts';
import { timeoutFailure, timeoutSet } from './facts.ts';
import { roundNode } from './instances.ts';
import type { CoreState, Draft, RoundsState, TaskNode } from './state.ts';
import { expressionFailure, resolveCondition } from './values.ts';

/** Looks at a loop that has begun and is not being cancelled from outside. */
export function lookAtLoop(state: CoreState, node: TaskNode, task: LoopTask, draft: Draft): void {
  const { rounds } = node;
  if (!rounds) return;
  const last = rounds.children.at(-1);
  if (last?.status === 'running') return;
  if (node.stopping) return failTask(state, node, timeoutFailure(node, task.timeoutMs, 'rounds'), draft);
  switch (last?.status) {
    case 'pending':
      // A resume opened it again; that it should be was judged before.
      return beginRound(state, node, task, last, draft);
    case 'failed':
    case 'cancelled':
      return failTask(state, node, roundFailure(node, last), draft);
    case 'completed':
    case 'skipped':
    case undefined:
      return goOn(state, node, task, rounds, draft);
  }
}

/** True when a change of this kind makes a loop stop: what `fold` asks. */
export function stopsLoop(node: TaskNode): boolean {
  return node.task.type === 'loop' && node.timeout === 'fired';
}

/** True for a loop that failed because its rounds were used up, and for nothing else. */
export function isExhausted({ rounds, error, fallback }: TaskNode): boolean {
  return rounds !== undefined && error?.code === 'loop_exhausted' && fallback?.status !== 'failed';
}

/** No round is under way: ends the loop, or begins the next one. */
function goOn(state: CoreState, node: TaskNode, task: LoopTask, rounds: RoundsState, draft: Draft): void {
  const last = rounds.children.at(-1);
  const count = rounds.children.length;
  const judge = (key: 'while' | 'until', condition: Condition, round: number): boolean | undefined => {
    const truth = resolveCondition(state, node, condition, { output: last && outputOf(last), round });
    if (truth.ok) return truth.value;
    const place = condition.kind === 'expression' ? condition.expression.place : { file: '', range: task.range };
    failTask(state, node, expressionFailure(`The condition \`${key}\` of ${node.path}`, place, truth.message), draft);
    return undefined;
  };
  const isDone = task.until && last ? judge('until', task.until, count) : false;
  if (isDone === undefined) return;
  const isWanted = task.while && !isDone ? judge('while', task.while, count + 1) : !isDone;
  if (isWanted === undefined) return;
  if (!isWanted) return completeTask(state, node, lastOutput(rounds), draft);
  if (count >= rounds.allowed) return exhaust(state, node, task, rounds, draft);
  beginRound(state, node, task, roundNode(state, node, task, rounds), draft);
}

function beginRound(state: CoreState, node: TaskNode, task: LoopTask, round: TaskNode, draft: Draft): void {
  if (node.timeout === 'none' && task.timeoutMs !== undefined) {
    draft.facts.push(timeoutSet(node, node.startedAt, task.timeoutMs));
  }
  beginOrSkip(state, round, draft);
}

function exhaust(state: CoreState, node: TaskNode, task: LoopTask, rounds: RoundsState, draft: Draft): void {
  if (task.onExhausted === 'continue') {
    return completeTask(state, node, lastOutput(rounds), draft, { reason: 'exhausted' });
  }
  const count = rounds.children.length;
  const wanted = task.until ? '`until` was not true' : '`while` was still true';
  const message = `${node.path} was not done after ${count} round${count === 1 ? '' : 's'}: ${wanted}.`;
  const remedy =
    'Raise `max_iterations`, go on with `on_exhausted: continue`, or resume the run: it then has as many rounds again.';
  failTask(state, node, failure('loop_exhausted', message, { remedy, details: { rounds: count } }), draft);
}

/** What a round gave; undefined if it was skipped, or recovered without an output. */
function outputOf(round: TaskNode): Json | undefined {
  return round.status === 'completed' ? round.output : undefined;
}

function lastOutput(rounds: RoundsState): Json {
  const last = rounds.children.at(-1);
  return (last && outputOf(last)) ?? null;
}

function roundFailure(node: TaskNode, round: TaskNode): Failure {
  const { error } = round;
  const number = node.rounds?.children.length ?? 0;
  return failure('round_failed', `Round ${number} of ${node.path} failed: ${error?.message ?? 'no reason'}`, {
    ...(error?.remedy !== undefined && { remedy: error.remedy }),
    details: { round: number, code: error?.code ?? 'unknown' },
  });
}
