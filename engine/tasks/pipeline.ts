// A pipeline: its stages are parts that run one after another. A stage whose gate rolls back ends, and the stage before
// it begins again; what comes after that one is then pending again (engine/core/fold.ts).
import { failure } from '../../run/index.ts';
import type { PipelineTask } from '../../workflow/model/model.ts';
import { completeTask, failTask } from './ending.ts';
import { taskStarted, timeoutFailure, timeoutSet } from './facts.ts';
import { beginPart, type PartPlan } from './parts.ts';
import { stageBefore } from './stages.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';

/** Looks at a pipeline that has begun and is not being cancelled from outside. */
export function lookAtPipeline(state: CoreState, node: TaskNode, task: PipelineTask, draft: Draft): void {
  const stages = task.stages.map(({ name }) => node.parts?.get(name));
  if (node.stopping) {
    if (stages.every((stage) => stage?.status !== 'running')) {
      failTask(state, node, timeoutFailure(node, task.timeoutMs, 'stages'), draft);
    }
    return;
  }
  if (node.timeout === 'none' && task.timeoutMs !== undefined) {
    draft.facts.push(timeoutSet(node, node.startedAt, task.timeoutMs));
  }
  const place = stages.findIndex((stage) => stage?.status !== 'completed' && stage?.status !== 'skipped');
  const at = stages[place];
  if (place < 0) return completeTask(state, node, stages.at(-1)?.output ?? null, draft);
  switch (at?.status) {
    case undefined:
    case 'pending': {
      const plan = pipelinePart(task, task.stages[place]?.name ?? '');
      return plan && beginPart(state, node, plan, draft);
    }
    case 'failed':
      return at.reason === 'rolled_back' ? rollBack(at, draft) : failStage(state, node, at, draft);
    case 'cancelled':
      return failStage(state, node, at, draft);
    default:
      return;
  }
}

/** The stage of this name. */
export function pipelinePart({ stages }: PipelineTask, key: string): PartPlan | undefined {
  const place = stages.findIndex(({ name }) => name === key);
  const stage = stages[place];
  return stage && { key, task: stage, place };
}

/** True when a change of this kind makes a pattern stop what is inside: what `fold` asks. */
export function stopsPipeline({ task, timeout }: TaskNode): boolean {
  return task.type === 'pipeline' && timeout === 'fired';
}

function rollBack(stage: TaskNode, draft: Draft): void {
  const target = stageBefore(stage);
  if (!target) return;
  draft.facts.push({ ...taskStarted(target, undefined), round: target.round + 1 });
}

function failStage(state: CoreState, node: TaskNode, stage: TaskNode, draft: Draft): void {
  const { error } = stage;
  const message = `Stage ${stage.task.name} of ${node.path} failed: ${error?.message ?? 'no reason'}`;
  const why = failure('stage_failed', message, {
    ...(error?.remedy !== undefined && { remedy: error.remedy }),
    details: { stage: stage.task.name, code: error?.code ?? 'unknown' },
  });
  failTask(state, node, why, draft);
}
