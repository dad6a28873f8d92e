// Whether a task goes on once all it waits for has ended: choosers first, then the trigger rule.
import { isJsonObject, type Json } from '../../run/index.ts';
import type { TriggerRule } from '../../workflow/model/model.ts';
import type { TaskNode } from './state.ts';

/** `go`, or why the task is skipped. */
export type Verdict = 'go' | 'not_chosen' | 'upstream_failed' | 'upstream_skipped';

/** What a need came to, as the rules count it. */
export type NeedResult = 'success' | 'failure' | 'skipped';

/** Judges a member of a scope all of whose needs and choosers have ended. */
export function judgeTrigger(node: TaskNode): Verdict {
  const { choosers, needs, triggerRule } = node.task;
  const siblings = nodesNamed(node);
  const chosen = judgeChoosers(node.task.name, choosers.flatMap(siblings));
  if (chosen !== 'go') return chosen;
  const counted = needs.filter((name) => !choosers.includes(name));
  return judgeNeeds(triggerRule, counted.flatMap(siblings).map(resultOf));
}

/** The table of the trigger rules. A task without needs goes on. */
export function judgeNeeds(rule: TriggerRule, results: readonly NeedResult[]): Verdict {
  if (results.length === 0 || rule === 'all_done') return 'go';
  const failed = results.includes('failure');
  const stopped: Verdict = failed ? 'upstream_failed' : 'upstream_skipped';
  switch (rule) {
    case 'all_success':
      return results.every((result) => result === 'success') ? 'go' : stopped;
    case 'none_failed':
      return failed || results.every((result) => result === 'skipped') ? stopped : 'go';
    case 'one_success':
      return results.includes('success') ? 'go' : stopped;
  }
}

function judgeChoosers(name: string, choosers: readonly TaskNode[]): Verdict {
  if (choosers.length === 0 || choosers.some((chooser) => chose(chooser, name))) return 'go';
  return choosers.some((chooser) => resultOf(chooser) === 'failure') ? 'upstream_failed' : 'not_chosen';
}

function chose(chooser: TaskNode, name: string): boolean {
  const { output, status } = chooser;
  // A condition gives the ids themselves, a router says why as well.
  const chosen: Json | undefined = isJsonObject(output) ? output['to'] : output;
  return status === 'completed' && Array.isArray(chosen) && chosen.includes(name);
}

/** A skip for a failure further up counts as one; so does what was cancelled. */
function resultOf(node: TaskNode): NeedResult {
  if (node.status === 'completed') return 'success';
  if (node.status === 'skipped' && node.reason !== 'upstream_failed') return 'skipped';
  return 'failure';
}

function nodesNamed(node: TaskNode): (name: string) => TaskNode[] {
  return (name) => {
    const place = node.siblings?.plan.placeOf.get(name);
    const found = place === undefined ? undefined : node.siblings?.nodes[place];
    return found ? [found] : [];
  };
}
