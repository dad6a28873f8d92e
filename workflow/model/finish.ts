// The last step: drafts and what was resolved become the finished, plain model.
import type { BodyDraft, BranchDraft, OnErrorDraft, ReadTask, ScopeDraft, TaskDraft } from './draft.ts';
import type { Body, Branch, GatedTask, OnError, Scope, Task } from './model.ts';
import type { Resolution } from './resolution.ts';

/** @returns the scope with its tasks, in file order; tasks that do not say what they do are left out. */
export function finishScope(scope: ScopeDraft, resolution: Resolution): Scope {
  const tasks = [...scope.byId.values()].flatMap((task) => finishTask(task, resolution) ?? []);
  const outputType = resolution.scopeOutput(scope);
  return { path: scope.path, tasks, ...(scope.output ? { output: scope.output } : {}), outputType };
}

function finishTask(draft: TaskDraft, resolution: Resolution): Task | undefined {
  const { read, gate } = draft;
  if (!read) return undefined;
  const resolved = {
    needs: resolution.needsOf(draft),
    choosers: resolution.choosersOf(draft),
    outputType: resolution.outputOf(draft),
    canBeSkipped: resolution.canBeSkipped(draft),
    onError: finishOnError(draft.onError, resolution),
  };
  const held = finishHeld(draft, resolution);
  if (!gate && !draft.isStage) return { ...read, ...resolved, ...held } as Task;
  const body: Body =
    read.type === 'gated'
      ? ((draft.body && finishBody(draft.body, resolution)) ?? emptyBody(draft.path))
      : { kind: 'task', task: tried({ ...read, ...resolved, ...held } as Task) };
  return { ...commonOf(read), ...resolved, type: 'gated', body, ...(gate && { gate }) };
}

/** What a task holds inside: what `ReadTask` leaves out and each type has again. */
function finishHeld(
  draft: TaskDraft,
  resolution: Resolution,
): { readonly body?: Body; readonly stages?: readonly GatedTask[]; readonly branches?: readonly Branch[] } {
  switch (draft.read?.type) {
    case 'for_each':
    case 'loop':
      return { body: (draft.body && finishBody(draft.body, resolution)) ?? emptyBody(draft.path) };
    case 'pipeline':
      return { stages: draft.stages ? stagesOf(finishScope(draft.stages, resolution)) : [] };
    case 'parallel':
      return { branches: (draft.branches ?? []).flatMap((branch) => finishBranch(branch, resolution)) };
    default:
      return {};
  }
}

function finishBranch({ name, nameRange, range, body }: BranchDraft, resolution: Resolution): readonly Branch[] {
  const finished = finishBody(body, resolution);
  return finished ? [{ name, nameRange, range, body: finished }] : [];
}

function stagesOf({ tasks }: Scope): readonly GatedTask[] {
  return tasks.flatMap((task) => (task.type === 'gated' ? [task] : []));
}

/** What is tried has no say in when it is tried, and what becomes of it: that is the task's with the gate. */
function tried({ when: _, ...task }: Task): Task {
  return {
    ...task,
    name: `${task.name}[]`,
    path: `${task.path}[]`,
    disabled: false,
    needs: [],
    choosers: [],
    triggerRule: 'all_success',
    critical: false,
    canBeSkipped: false,
    onError: { kind: 'fail' },
  } as Task;
}

function commonOf({
  name,
  nameRange,
  range,
  path,
  description,
  disabled,
  when,
  triggerRule,
  priority,
  critical,
}: ReadTask) {
  return {
    name,
    nameRange,
    range,
    path,
    disabled,
    triggerRule,
    priority,
    critical,
    ...(description !== undefined && { description }),
    ...(when && { when }),
  };
}

function finishOnError(onError: OnErrorDraft, resolution: Resolution): OnError {
  if (onError.kind !== 'fallback') return onError;
  const body = finishBody(onError.body, resolution);
  return body ? { kind: 'fallback', body } : { kind: 'fail' };
}

function finishBody(body: BodyDraft, resolution: Resolution): Body | undefined {
  if (body.kind === 'graph') {
    return { kind: 'graph', scope: finishScope(body.scope, resolution), ...(body.when ? { when: body.when } : {}) };
  }
  const task = finishTask(body.task, resolution);
  return task ? { kind: 'task', task } : undefined;
}

/** For a `for_each` or a `loop` whose `do` could not be read; such a file does not run. */
function emptyBody(path: string): Body {
  return { kind: 'graph', scope: { path: `${path}[]`, tasks: [], outputType: {} } };
}
