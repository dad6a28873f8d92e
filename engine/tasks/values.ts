// The values that expressions see at one place. Only what a place may name is put together: a reference to a task
// makes it a need, so the needs from here outwards are enough, however large the scope is.
import type { Failure, Json } from '../../run/index.ts';
import { failure } from '../../run/index.ts';
import { type Evaluated, evaluateCondition, evaluateTemplate, type Values } from '../../workflow/expressions/index.ts';
import type { Condition, Place, Template } from '../../workflow/model/model.ts';
import { branchOutputs } from './branches.ts';
import { stagesBefore } from './stages.ts';
import { isEnded } from './nodes.ts';
import type { CoreState, FileInstance, ScopeInstance, TaskNode } from './state.ts';
import { versionsOf } from './versions.ts';

export type Resolved = Evaluated | { readonly ok: false; readonly message: string };

/** The value of a template at a node; `more` adds names, such as `error`. */
export function resolveTemplate(state: CoreState, node: TaskNode, template: Template, more?: Values): Resolved {
  if (template.kind === 'literal') return { ok: true, value: template.value };
  return evaluateTemplate(template, { ...valuesAt(state, node), ...more });
}

/** The truth of a condition at a node. */
export function resolveCondition(
  state: CoreState,
  node: TaskNode,
  condition: Condition,
  more?: Values,
): { readonly ok: true; readonly value: boolean } | { readonly ok: false; readonly message: string } {
  if (condition.kind === 'constant') return { ok: true, value: condition.value };
  return evaluateCondition(condition, { ...valuesAt(state, node), ...more });
}

/** Texts as they read at a node; one that can not be evaluated is left out. */
export function resolveTexts(state: CoreState, node: TaskNode, templates: readonly Template[]): readonly string[] {
  return templates.flatMap((template) => {
    const resolved = resolveTemplate(state, node, template);
    return resolved.ok ? [textOf(resolved.value)] : [];
  });
}

/** A value as a model reads it: a text as it is, anything else as JSON. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The value of a template that belongs to a scope: its `output`, or one of its file's `outputs`. */
export function resolveInScope(state: CoreState, scope: ScopeInstance, template: Template): Resolved {
  if (template.kind === 'literal') return { ok: true, value: template.value };
  const { file, owner } = scope;
  const values = owner && owner.file === file ? valuesAt(state, owner) : fileValues(state, file);
  return evaluateTemplate(template, { ...values, tasks: { ...tasksOf(values), ...membersOf(scope) } });
}

/** The value of a template that sees nothing of the tasks: an agent's instructions. */
export function resolveForAgent(state: CoreState, file: FileInstance, template: Template): Resolved {
  if (template.kind === 'literal') return { ok: true, value: template.value };
  const { inputs, env, run } = fileValues(state, file);
  return evaluateTemplate(template, { inputs, env, run });
}

/** An expression that could not be evaluated, as the failure of the task it belongs to. */
export function expressionFailure(what: string, place: Place, message: string): Failure {
  return failure('expression_error', `${what}: ${message}`, {
    remedy: 'Correct the expression.',
    details: { file: place.file, start: place.range.start, end: place.range.end },
  });
}

/** What every place of a file sees. */
function fileValues(state: CoreState, file: FileInstance): { [root: string]: unknown } {
  return {
    inputs: file.inputs,
    env: state.started?.env ?? {},
    shared: file.shared,
    run: {
      id: state.runId,
      started_at: timeText(state.startedAt),
      cost: state.costKnown ? state.costNanoUsd / 1e9 : undefined,
    },
    tasks: {},
  };
}

function valuesAt(state: CoreState, node: TaskNode): { [root: string]: unknown } {
  const chain: TaskNode[] = [];
  // A called file sees nothing of its caller, and a plan nothing of the file.
  for (let at: TaskNode | undefined = node; at?.file === node.file; at = isSealed(at) ? undefined : at.owner)
    chain.push(at);
  const values = chain.some(isSealed) ? {} : fileValues(state, node.file);
  const tasks: { [name: string]: unknown } = {};
  for (const at of chain.reverse()) {
    if (at.siblings) addNeeds(tasks, at, at.siblings);
    for (const stage of stagesBefore(at)) tasks[stage.task.name] = viewOf(stage);
    if (at.locals) Object.assign(values, at.locals);
  }
  values['tasks'] = tasks;
  return values;
}

function isSealed({ task }: TaskNode): boolean {
  return task.type === 'graph' && task.isSealed === true;
}

function addNeeds(tasks: { [name: string]: unknown }, node: TaskNode, siblings: ScopeInstance): void {
  for (const name of [...node.task.needs, ...node.task.choosers]) {
    const place = siblings.plan.placeOf.get(name);
    const sibling = place === undefined ? undefined : siblings.nodes[place];
    if (sibling) tasks[name] = viewOf(sibling);
  }
}

function membersOf(scope: ScopeInstance): { [name: string]: unknown } {
  return Object.fromEntries(scope.nodes.map((node) => [node.task.name, viewOf(node)]));
}

function tasksOf(values: Values): { [name: string]: unknown } {
  const tasks = values['tasks'];
  return typeof tasks === 'object' && tasks !== null ? (tasks as { [name: string]: unknown }) : {};
}

/** What `tasks.T` offers. A missing value is left undefined: expressions see it as absent. */
function viewOf(node: TaskNode): { readonly [field: string]: unknown } {
  const done = workOf(node);
  return {
    output: node.status === 'completed' ? node.output : undefined,
    status: node.status,
    reason: node.reason,
    error: node.error,
    cost: node.costKnown ? node.costNanoUsd / 1e9 : undefined,
    tokens: node.tokens,
    attempts: done.attempts,
    errors: node.errors ?? (done.items && isEnded(node) ? [] : undefined),
    history: isEnded(node) ? historyOf(done) : undefined,
    partial: node.partial ?? (done.items && node.status === 'completed' ? finishedIn(done) : undefined),
    details: node.details,
  };
}

/** What a task that completed can show for its elements or branches. */
function finishedIn(node: TaskNode): Json | undefined {
  return node.task.type === 'parallel' ? Object.fromEntries(branchOutputs(node)) : node.output;
}

/** Where the work of a task was done: of one with a gate, in its last try. */
function workOf(node: TaskNode): TaskNode {
  const last = node.task.type === 'gated' ? node.rounds?.children.at(-1) : undefined;
  return last ? workOf(last) : node;
}

/** What the finished rounds of a loop gave; null where there was no output. Only the last can have ended badly. */
function historyOf(node: TaskNode): readonly Json[] | undefined {
  const { task, rounds, status } = node;
  if (task.type === 'reflect' && status !== 'skipped') {
    return versionsOf(node).map(({ output, critique }) => ({ output, critique }));
  }
  if (task.type !== 'loop' || !rounds) return undefined;
  return rounds.children.flatMap(({ status, output }) =>
    status === 'completed' || status === 'skipped' ? [output ?? null] : [],
  );
}

/**
 * Epoch milliseconds as RFC 3339 text in UTC. By hand, for a pure part has no `Date`; the calendar is
 * Howard Hinnant's "days_from_civil" turned round (chrono-compatible low-level date algorithms).
 */
export function timeText(epochMs: number): string {
  const days = Math.floor(epochMs / 86_400_000);
  const ms = epochMs - days * 86_400_000;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const clock = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map((part) => digits(Math.floor(part), 2));
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}T${clock.join(':')}.${digits(ms % 1000, 3)}Z`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
