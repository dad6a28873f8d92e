// The last step: drafts and what was resolved become the finished, plain model.
import type { BodyDraft, OnErrorDraft, ScopeDraft, TaskDraft } from './draft.ts';
import type { Body, OnError, Scope, Task } from './model.ts';
import type { Resolution } from './resolution.ts';

/** @returns the scope with its tasks, in file order; tasks that do not say what they do are left out. */
export function finishScope(scope: ScopeDraft, resolution: Resolution): Scope {
  const tasks = [...scope.byId.values()].flatMap((task) => finishTask(task, resolution) ?? []);
  const outputType = resolution.scopeOutput(scope);
  return { path: scope.path, tasks, ...(scope.output ? { output: scope.output } : {}), outputType };
}

function finishTask(draft: TaskDraft, resolution: Resolution): Task | undefined {
  const { read } = draft;
  if (!read) return undefined;
  const resolved = {
    needs: resolution.needsOf(draft),
    choosers: resolution.choosersOf(draft),
    outputType: resolution.outputOf(draft),
    canBeSkipped: resolution.canBeSkipped(draft),
    onError: finishOnError(draft.onError, resolution),
  };
  if (read.type !== 'for_each' && read.type !== 'loop') return { ...read, ...resolved };
  const body = draft.body ? finishBody(draft.body, resolution) : undefined;
  return { ...read, ...resolved, body: body ?? emptyBody(draft.path) };
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
