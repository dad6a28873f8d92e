// What the rows of a tree are called: what each part is to the task around it, and what else is worth a word.
import { isJsonObject, type Json } from '../json.ts';
import { largeOf } from '../events/large.ts';
import type { TaskStatus } from '../events/events.ts';
import type { PlanTask } from '../events/plan.ts';
import type { GateState, RunState, TaskState } from '../state/state.ts';

/** What a part is to the task around it. */
export type PartRole =
  | 'element'
  | 'round'
  | 'try'
  | 'judge'
  | 'stage'
  | 'branch'
  | 'fusion'
  | 'draft'
  | 'critique'
  | 'plan'
  | 'approval'
  | 'run'
  | 'assignment'
  | 'synthesis'
  | 'sub-agent'
  | 'handoff'
  | 'summary'
  | 'fallback';

/** Parts with a name of their own, by the type of the task around them; `*` are all others. */
const namedParts: { readonly [type: string]: { readonly [name: string]: PartRole } } = {
  pipeline: { '*': 'stage' },
  parallel: { fusion: 'fusion', '*': 'branch' },
  gated: { gate: 'judge' },
  reflect: { draft: 'draft', critique: 'critique' },
  supervisor: { plan: 'plan', synthesis: 'synthesis', '*': 'assignment' },
  planner: { plan: 'plan', approval: 'approval', run: 'run' },
  agent: { handoff: 'handoff', summary: 'summary', '*': 'sub-agent' },
};

/** Parts without a name, by the type of the task around them. */
const numberedParts: { readonly [type: string]: PartRole } = { for_each: 'element', loop: 'round', gated: 'try' };

/** A row as its owner sees it. */
interface Part {
  readonly role?: PartRole;
  readonly status: TaskStatus;
}

/** The role of what has this static path inside a task; undefined inside a plain graph. */
export function roleOf({ path, type }: PlanTask, staticPath: string): PartRole | undefined {
  const key = staticPath.slice(path.length);
  if (key === '/fallback') return 'fallback';
  if (key === '[]') return numberedParts[type];
  const roles = namedParts[type];
  return roles?.[key.slice(1).replace('[]', '')] ?? roles?.['*'];
}

/** The label of a row: its own name, or what it is and which one. */
export function labelOfPart(
  plan: PlanTask,
  path: string,
  task: TaskState | undefined,
  role: PartRole | undefined,
): string {
  const number = path.endsWith(']') ? numberIn(path) : undefined;
  switch (role) {
    case 'element':
      return task ? elementLabel(task) : plan.label;
    case 'assignment':
      return task?.item ? (idOf(task.item.value) ?? plan.label) : plan.label;
    case 'round':
    case 'try':
    case 'judge':
    case 'draft':
    case 'critique':
    case 'plan':
    case 'approval':
    case 'run':
    case 'summary':
      return number === undefined ? role : `${role} ${number}`;
    case 'fallback':
      return role;
    case 'stage':
    case 'branch':
    case 'fusion':
    case 'synthesis':
    case 'sub-agent':
    case 'handoff':
    case undefined:
      return plan.label;
  }
}

/** What is worth a word beside the status of a row. */
export function notesOf(
  state: RunState,
  plan: PlanTask,
  path: string,
  role: PartRole | undefined,
  children: readonly Part[],
): string | undefined {
  const task = state.tasks.get(path);
  if (role === 'try') {
    const owner = state.tasks.get(path.slice(0, path.lastIndexOf('[')));
    const said = owner?.gates?.findLast(({ round }) => round === numberIn(path));
    return said && verdictInWords(said);
  }
  if (role === 'critique' || role === 'judge') return scoreInWords(task?.output);
  if (role === 'assignment') return task?.item && summarize(instructionsOf(task.item.value));
  return progressOf(plan, task, children);
}

/** How far a pattern is while it is under way. */
function progressOf({ type }: PlanTask, task: TaskState | undefined, children: readonly Part[]): string | undefined {
  if (task?.status !== 'running' && task?.status !== 'waiting') return undefined;
  const of = (role: PartRole): readonly Part[] => children.filter((child) => child.role === role);
  const ended = (nodes: readonly Part[]): number => nodes.filter(hasEnded).length;
  switch (type) {
    case 'pipeline':
      return `${ended(of('stage'))} of ${of('stage').length} stages`;
    case 'parallel':
      return `${ended(of('branch'))} of ${of('branch').length} branches`;
    case 'supervisor':
      return `${ended(of('assignment'))} of ${of('assignment').length} assignments`;
    case 'for_each':
      return `${ended(of('element'))} of ${of('element').length} elements`;
    default:
      return undefined;
  }
}

function hasEnded({ status }: Part): boolean {
  return status !== 'pending' && status !== 'running' && status !== 'waiting';
}

const actions: { readonly [action in GateState['action']]: string } = {
  go: '',
  retry: ', tried again',
  rollback: ', sent back',
  fail: '',
  continue: ', went on',
};

/** `missed the gate with 0.3, sent back`. */
export function verdictInWords({ passed, score, action }: Pick<GateState, 'passed' | 'score' | 'action'>): string {
  const scored = score === undefined ? '' : ` with ${score}`;
  return `${passed ? 'passed' : 'missed'} the gate${scored}${actions[action]}`;
}

function scoreInWords(output: Json | undefined): string | undefined {
  const score = isJsonObject(output) ? output['score'] : undefined;
  return typeof score === 'number' ? `score ${score}` : undefined;
}

function numberIn(path: string): number {
  return Number(path.slice(path.lastIndexOf('[') + 1, -1));
}

function elementLabel(task: TaskState): string {
  const place = `[${numberIn(task.path)}]`;
  const summary = task.item && summarize(task.item.value);
  return summary ? `${place} ${summary}` : place;
}

function idOf(value: Json): string | undefined {
  const id = isJsonObject(value) ? value['id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

function instructionsOf(value: Json): Json {
  return (isJsonObject(value) ? value['instructions'] : undefined) ?? value;
}

/** A few words that tell an element from its neighbours. */
function summarize(value: Json): string {
  const large = largeOf(value);
  if (large) return shorten(large.preview);
  if (isJsonObject(value)) {
    const texts = Object.values(value).filter((entry): entry is string => typeof entry === 'string');
    return shorten(texts[0] ?? JSON.stringify(value));
  }
  return shorten(typeof value === 'string' ? value : JSON.stringify(value));
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
