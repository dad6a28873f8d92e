// A task with a gate: its tries are children that run one after another, and the gate looks at what each one gave. What
// it said is a fact, so that nobody has to judge again. A stage of a pipeline is one of these even without a gate: a
// later stage may send the run back to it.
import type { Failure, GateJudged, JsonObject } from '../../run/index.ts';
import { failure, isJsonObject } from '../../run/index.ts';
import type { Gate, GatedTask } from '../../workflow/model/model.ts';
import { beginOrSkip } from './begin.ts';
import { completeTask, failTask } from './ending.ts';
import { type EndExtras, taskEnded } from './facts.ts';
import { roundNode } from './instances.ts';
import { beginPart, numberInKey, type PartPlan } from './parts.ts';
import { stageBefore } from './stages.ts';
import type { CoreState, Draft, RoundsState, TaskNode, Verdict } from './state.ts';
import { expressionFailure, resolveCondition, resolveTexts, textOf } from './values.ts';

/** Looks at a task with a gate that has begun and is not being cancelled from outside. */
export function lookAtGated(state: CoreState, node: TaskNode, task: GatedTask, draft: Draft): void {
  const { rounds } = node;
  const last = rounds?.children.at(-1);
  if (!rounds || last?.status === 'running') return;
  switch (last?.status) {
    case undefined:
      return beginTry(state, node, task, rounds, draft);
    case 'pending':
      // A resume opened it again.
      return void beginOrSkip(state, last, draft);
    case 'failed':
    case 'cancelled':
      return failTask(state, node, last.error ?? failure('failed', `${last.path} failed.`), draft, extrasOf(last));
    case 'skipped':
      draft.facts.push(taskEnded(node, 'skipped', { ...(last.reason !== undefined && { reason: last.reason }) }));
      return;
    case 'completed':
      if (node.sentBackAt === rounds.children.length) return beginTry(state, node, task, rounds, draft);
      return lookAtGate(state, node, task, last, draft);
  }
}

/** The judge of a try, by the key of its part. */
export function gatePart(state: CoreState, node: TaskNode, { gate }: GatedTask, key: string): PartPlan | undefined {
  const number = numberInKey(key, 'gate');
  const judged = number === undefined ? undefined : node.rounds?.children[number - 1];
  return gate?.judge && judged && number ? judgePlan(state, node, gate, judged, number) : undefined;
}

/** True for a failure that one more try may mend: a resume gives a gate as many again. */
export function isMissed({ task, error, fallback }: TaskNode): boolean {
  return task.type === 'gated' && error?.code === 'gate_failed' && fallback?.status !== 'failed';
}

function beginTry(state: CoreState, node: TaskNode, task: GatedTask, rounds: RoundsState, draft: Draft): void {
  beginOrSkip(state, roundNode(state, node, task, rounds), draft);
}

function lookAtGate(state: CoreState, node: TaskNode, task: GatedTask, tried: TaskNode, draft: Draft): void {
  const { gate } = task;
  const { reason } = tried;
  const extras = { ...extrasOf(tried), ...(reason !== undefined && { reason }) };
  if (!gate) return completeTask(state, node, tried.output ?? null, draft, extras);
  const number = node.rounds?.children.length ?? 0;
  const verdict = node.verdicts?.findLast(({ round }) => round === number);
  if (verdict) return follow(state, node, task, tried, verdict, draft);
  const judged = gate.judge
    ? askJudge(state, node, gate, tried, number, draft)
    : testWhen(state, node, task, tried, number);
  if (judged === undefined) return;
  if ('code' in judged) return failTask(state, node, judged, draft, extrasOf(tried));
  draft.facts.push({
    type: 'gate-judged',
    task: node.path,
    round: number,
    ...judged,
    action: actionOf(node, gate, judged.passed),
  });
}

type Judged = Pick<GateJudged, 'passed' | 'score' | 'feedback'>;

function testWhen(state: CoreState, node: TaskNode, task: GatedTask, tried: TaskNode, round: number): Judged | Failure {
  const when = task.gate?.when;
  if (!when) return { passed: true };
  const truth = resolveCondition(state, node, when, { output: tried.output, round });
  if (!truth.ok) {
    const place = when.kind === 'expression' ? when.expression.place : { file: '', range: task.range };
    return expressionFailure(`The gate of ${node.path}`, place, truth.message);
  }
  if (truth.value) return { passed: true };
  const wanted = when.kind === 'expression' ? when.expression.source.trim() : String(when.value);
  return { passed: false, feedback: `This must hold, and does not: ${wanted}` };
}

/** Undefined while the judge has not answered. */
function askJudge(
  state: CoreState,
  node: TaskNode,
  gate: Gate,
  tried: TaskNode,
  number: number,
  draft: Draft,
): Judged | Failure | undefined {
  const judge = node.parts?.get(`gate[${number}]`);
  if (!judge || judge.status === 'pending') {
    const plan = judgePlan(state, node, gate, tried, number);
    if (plan) beginPart(state, node, plan, draft);
    return undefined;
  }
  if (judge.status === 'running') return undefined;
  const verdict = judge.output;
  const score = isJsonObject(verdict) ? verdict['score'] : undefined;
  if (judge.status !== 'completed' || typeof score !== 'number') return judgeFailure(node, judge);
  const feedback = isJsonObject(verdict) ? verdict['feedback'] : undefined;
  return { passed: score >= gate.minScore, score, ...(typeof feedback === 'string' && { feedback }) };
}

function judgeFailure(node: TaskNode, { error }: TaskNode): Failure {
  return failure('judge_failed', `The judge of ${node.path} gave no score: ${error?.message ?? 'no reason'}`, {
    remedy: error?.remedy ?? 'Resume the run to ask the judge again.',
    details: { code: error?.code ?? 'unknown' },
  });
}

function judgePlan(
  state: CoreState,
  node: TaskNode,
  gate: Gate,
  tried: TaskNode,
  number: number,
): PartPlan | undefined {
  if (!gate.judge) return undefined;
  const criteria = resolveTexts(state, node, gate.criteria);
  const prompt = [
    `Judge what the task \`${node.task.name}\` gave.`,
    ...(criteria.length > 0 ? [`Criteria:\n${criteria.map((one) => `- ${one}`).join('\n')}`] : []),
    `Give a score from 0 (useless) to 1 (perfect); ${gate.minScore} is enough. Say in \`feedback\` what is to be done better.`,
    `What it gave:\n\n${textOf(tried.output ?? null)}`,
  ].join('\n\n');
  return { key: `gate[${number}]`, task: gate.judge, place: 2 * number + 1, given: { prompt } };
}

/** What follows from a verdict. A gate may be missed so often; then its task fails, unless `on_exhausted` says otherwise. */
function actionOf(node: TaskNode, { onFail, onExhausted }: Gate, passed: boolean): Verdict['action'] {
  if (passed) return 'go';
  if (onFail === 'fail' || onFail === 'continue') return onFail;
  const missed = (node.verdicts ?? []).filter((verdict) => !verdict.passed).length + 1;
  if (missed > (node.rounds?.allowed ?? 0)) return onExhausted;
  return onFail === 'rollback' && stageBefore(node) ? 'rollback' : 'retry';
}

function follow(
  state: CoreState,
  node: TaskNode,
  task: GatedTask,
  tried: TaskNode,
  verdict: Verdict,
  draft: Draft,
): void {
  const details: JsonObject = { ...tried.details, gate: detailsOf(node, verdict) };
  const extras: EndExtras = { ...extrasOf(tried), details };
  const { reason } = tried;
  switch (verdict.action) {
    case 'go':
      return completeTask(state, node, tried.output ?? null, draft, {
        ...extras,
        ...(reason !== undefined && { reason }),
      });
    case 'continue':
      return completeTask(state, node, tried.output ?? null, draft, { ...extras, reason: 'gate_failed' });
    case 'retry':
      return node.rounds && beginTry(state, node, task, node.rounds, draft);
    case 'rollback':
      draft.facts.push(
        taskEnded(node, 'failed', { ...extras, reason: 'rolled_back', error: missedFailure(node, verdict) }),
      );
      return;
    case 'fail':
      return failTask(state, node, missedFailure(node, verdict), draft, extras);
  }
}

function detailsOf(node: TaskNode, { score, feedback }: Verdict): JsonObject {
  return {
    tries: node.rounds?.children.length ?? 0,
    ...(score !== undefined && { score }),
    ...(feedback !== undefined && { feedback }),
  };
}

function missedFailure(node: TaskNode, { score, feedback }: Verdict): Failure {
  const scored = score === undefined ? '' : ` (score ${score})`;
  return failure('gate_failed', `${node.path} did not pass its gate${scored}${feedback ? `: ${feedback}` : '.'}`, {
    remedy: 'Raise `max_retries`, ease the gate, or resume the run: it then has as many retries again.',
    details: { tries: node.rounds?.children.length ?? 0, ...(score !== undefined && { score }) },
  });
}

/** What the try itself ended with, beside its output and why. */
function extrasOf({ errors, partial, details }: TaskNode): EndExtras {
  return {
    ...(errors && { errors }),
    ...(partial !== undefined && { partial }),
    ...(details && { details }),
  };
}
