// How a task ends: complete, fail, and what `on_error` makes of a failure.
import type { Failure, Json } from '../../run/index.ts';
import { failure } from '../../run/index.ts';
import { beginOrSkip } from './begin.ts';
import { type EndExtras, taskEnded } from './facts.ts';
import { fallbackNode } from './instances.ts';
import { jsonBytes } from './json-bytes.ts';
import { isEnded } from './nodes.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';
import { expressionFailure, resolveTemplate } from './values.ts';

/** A task's output may take this many bytes of JSON text. */
export const maxOutputBytes = 16 * 1024 * 1024;

/** Ends a task with an output; one that is too large is a failure. */
export function completeTask(
  state: CoreState,
  node: TaskNode,
  output: Json,
  draft: Draft,
  extras: EndExtras = {},
): void {
  const error = tooLarge(node, output);
  if (error) return failTask(state, node, error, draft);
  draft.facts.push(taskEnded(node, 'completed', { ...extras, output }));
}

/** Ends a task as failed, or does what its `on_error` says. */
export function failTask(state: CoreState, node: TaskNode, error: Failure, draft: Draft, extras: EndExtras = {}): void {
  const { onError } = node.task;
  switch (onError.kind) {
    case 'fail':
    case 'fail_run':
      draft.facts.push(taskEnded(node, 'failed', { ...extras, error }));
      return;
    case 'continue':
      draft.facts.push(taskEnded(node, 'completed', { ...extras, error, reason: 'recovered' }));
      return;
    case 'default': {
      const value = resolveTemplate(state, node, onError.value, { error });
      const problem = value.ok
        ? tooLarge(node, value.value)
        : expressionFailure(`The default of ${node.path}`, onError.value.place, value.message);
      if (value.ok && !problem) {
        draft.facts.push(taskEnded(node, 'completed', { ...extras, output: value.value, error, reason: 'recovered' }));
      } else draft.facts.push(taskEnded(node, 'failed', { ...extras, error: problem ?? error }));
      return;
    }
    case 'fallback':
      return fallBack(state, node, error, draft, extras);
  }
}

/** The first look begins the fallback; a later one, when it has ended, ends the task. */
function fallBack(state: CoreState, node: TaskNode, error: Failure, draft: Draft, extras: EndExtras): void {
  const fallback = node.fallback ?? fallbackNode(state, node, error);
  switch (fallback.status) {
    case 'pending': {
      const problem = beginOrSkip(state, fallback, draft, error);
      if (problem) draft.facts.push(taskEnded(node, 'failed', { ...extras, error: problem }));
      return;
    }
    case 'running':
      return;
    case 'completed':
      draft.facts.push(
        taskEnded(node, 'completed', {
          ...extras,
          ...(fallback.output !== undefined && { output: fallback.output }),
          error,
          reason: 'recovered',
        }),
      );
      return;
    case 'failed':
      draft.facts.push(taskEnded(node, 'failed', { ...extras, error: fallback.error ?? error }));
      return;
    case 'skipped':
    case 'cancelled':
      draft.facts.push(taskEnded(node, 'failed', { ...extras, error }));
      return;
  }
}

function tooLarge(node: TaskNode, output: Json): Failure | undefined {
  if (jsonBytes(output, maxOutputBytes) <= maxOutputBytes) return undefined;
  return failure('output_too_large', `The output of ${node.path} takes more than 16 MB.`, {
    remedy: 'Give out less: a summary, or the path of a file.',
  });
}

/** True when the children that began have all ended. */
export function isQuiet(node: TaskNode): boolean {
  if (node.fallback && node.fallback.status === 'running') return false;
  if (node.items && node.items.active > 0) return false;
  if (node.rounds?.children.at(-1)?.status === 'running') return false;
  for (const part of node.parts?.values() ?? []) if (part.status === 'running') return false;
  if (node.scope) return node.scope.nodes.every(isEnded);
  return true;
}
