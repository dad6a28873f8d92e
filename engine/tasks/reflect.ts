// A reflect: an agent writes a version, a critic judges it, and the agent writes the next one. Both are parts, and nobody
// is asked again about what is recorded. It ends when its condition holds, when nothing gets better any more, or when its
// rounds are used up; in any case with the best version.
import type { Failure, Json, Message } from '../../run/index.ts';
import { failure } from '../../run/index.ts';
import type { ReflectTask } from '../../workflow/model/model.ts';
import { completeTask, failTask } from './ending.ts';
import { timeoutFailure, timeoutSet } from './facts.ts';
import { messagesOfInput } from './input.ts';
import { beginPart, numberInKey, type PartPlan } from './parts.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';
import { expressionFailure, resolveCondition, resolveTexts, textOf } from './values.ts';
import { bestOf, type Version, versionsOf } from './versions.ts';

/** So many rounds without a better score are enough to see that there will be none. */
const patience = 2;

/** Looks at a reflect that has begun and is not being cancelled from outside. */
export function lookAtReflect(state: CoreState, node: TaskNode, task: ReflectTask, draft: Draft): void {
  const [key, last] = [...(node.parts ?? [])].at(-1) ?? [];
  if (last?.status === 'running') return;
  if (node.stopping) return failTask(state, node, timeoutFailure(node, task.timeoutMs, 'rounds'), draft);
  if (node.timeout === 'none' && task.timeoutMs !== undefined) {
    draft.facts.push(timeoutSet(node, node.startedAt, task.timeoutMs));
  }
  switch (last?.status) {
    case 'failed':
    case 'cancelled':
      return failTask(state, node, roundFailure(node, last), draft);
    case 'completed':
      return goOn(state, node, task, draft);
    case 'pending':
      // A resume opened it again.
      return begin(state, node, task, key ?? '', draft);
    case 'skipped':
    case undefined:
      return begin(state, node, task, 'draft[1]', draft);
  }
}

/** The version or the critique with this key, if its turn has come. */
export function reflectPart(state: CoreState, node: TaskNode, task: ReflectTask, key: string): PartPlan | undefined {
  const round = numberInKey(key, 'draft');
  if (round !== undefined) {
    const given = round === 1 ? node.input : inputAfter(node, versionsOf(node)[round - 2]);
    return given === undefined ? undefined : { key, task: task.draft, place: 2 * round, given };
  }
  const judged = numberInKey(key, 'critique');
  const version = node.parts?.get(`draft[${judged}]`);
  if (judged === undefined || version?.status !== 'completed') return undefined;
  const given = { prompt: critiquePrompt(state, node, task, version.output ?? null) };
  return { key, task: task.critique, place: 2 * judged + 1, given };
}

/** True when a change of this kind makes a reflect stop: what `fold` asks. */
export function stopsReflect({ task, timeout }: TaskNode): boolean {
  return task.type === 'reflect' && timeout === 'fired';
}

function begin(state: CoreState, node: TaskNode, task: ReflectTask, key: string, draft: Draft): void {
  const plan = reflectPart(state, node, task, key);
  if (plan) beginPart(state, node, plan, draft);
}

/** No part is under way: asks the critic, ends, or begins the next version. */
function goOn(state: CoreState, node: TaskNode, task: ReflectTask, draft: Draft): void {
  const versions = versionsOf(node);
  const begun = [...(node.parts?.keys() ?? [])].filter((key) => key.startsWith('draft')).length;
  const [last, best] = [versions.at(-1), bestOf(versions)];
  if (!last || !best || versions.length < begun) return begin(state, node, task, `critique[${begun}]`, draft);
  const done = isGoodEnough(state, node, task, last);
  if (typeof done === 'object') return failTask(state, node, done, draft);
  const reason = done ? undefined : reasonToEnd(task, last, best);
  if (!done && reason === undefined) return begin(state, node, task, `draft[${begun + 1}]`, draft);
  completeTask(state, node, best.output, draft, {
    details: { best: best.round, score: best.score, rounds: last.round },
    ...(reason !== undefined && { reason }),
  });
}

function isGoodEnough(
  state: CoreState,
  node: TaskNode,
  { until, range }: ReflectTask,
  { output, critique, round }: Version,
): boolean | Failure {
  if (!until) return false;
  const truth = resolveCondition(state, node, until, { output, critique, round });
  if (truth.ok) return truth.value;
  const place = until.kind === 'expression' ? until.expression.place : { file: '', range };
  return expressionFailure(`The condition \`until\` of ${node.path}`, place, truth.message);
}

function reasonToEnd({ maxRounds }: ReflectTask, last: Version, best: Version): string | undefined {
  if (last.round - best.round >= patience) return 'stuck';
  return last.round >= maxRounds ? 'exhausted' : undefined;
}

/** What the agent was asked, its last version, and what is to be done better. */
function inputAfter(node: TaskNode, version: Version | undefined): Json | undefined {
  if (!version) return undefined;
  const messages: readonly Message[] = [
    ...messagesOfInput(node.input),
    { role: 'assistant', content: textOf(version.output) },
    {
      role: 'user',
      content: `Write a better version, the whole of it. What the critic says of the last one:\n\n${textOf(version.critique)}`,
    },
  ];
  return { messages: messages as unknown as Json[] };
}

function critiquePrompt(state: CoreState, node: TaskNode, task: ReflectTask, output: Json): string {
  const criteria = resolveTexts(state, node, task.criteria);
  const asked = messagesOfInput(node.input).findLast(({ role }) => role === 'user');
  return [
    'Judge a version of what was asked for.',
    ...(asked ? [`What was asked for:\n\n${asked.content}`] : []),
    ...(criteria.length > 0 ? [`Criteria:\n${criteria.map((one) => `- ${one}`).join('\n')}`] : []),
    'Give a score from 0 (useless) to 1 (perfect), and say what is to be done better.',
    `What it gave:\n\n${textOf(output)}`,
  ].join('\n\n');
}

function roundFailure(node: TaskNode, { path, error }: TaskNode): Failure {
  const what = path.slice(node.path.length + 1);
  return failure('round_failed', `${what} of ${node.path} failed: ${error?.message ?? 'no reason'}`, {
    ...(error?.remedy !== undefined && { remedy: error.remedy }),
    details: { part: what, code: error?.code ?? 'unknown' },
  });
}
