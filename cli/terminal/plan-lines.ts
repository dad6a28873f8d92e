import { formatDuration } from '../../run/index.ts';
import {
  type Branch,
  branchesOf,
  type Gate,
  heldBy,
  modelsOf,
  type ParallelTask,
  type PlannerTask,
  type Task,
  tasksOf,
  type Workflow,
} from '../../workflow/index.ts';
import { harmlessLine, type Painter } from './style.ts';

/** The plan of a workflow as lines: what runs, after what, in file order. */
export function planLines(workflow: Workflow, painter: Painter): string[] {
  const limit = workflow.limits.maxParallel;
  const head = `${painter.paint('bold', workflow.name)}${limit ? painter.paint('dim', `  at most ${limit} calls at once`) : ''}`;
  return [head, ...workflow.root.tasks.flatMap((task) => taskLines(task, 1, painter))];
}

function taskLines(task: Task, depth: number, painter: Painter): string[] {
  const indent = '  '.repeat(depth);
  const after = [...task.needs, ...task.choosers];
  const notes = [
    detailOf(task),
    after.length > 0 ? `after ${[...new Set(after)].join(', ')}` : '',
    task.when ? 'conditional' : '',
    task.disabled ? 'disabled' : '',
    task.critical ? 'critical' : '',
  ].filter(Boolean);
  const called = task.type === 'workflow' ? (task.called?.workflow.root.tasks ?? []) : [];
  const inner = [...called, ...heldBy(task)].flatMap((held) => linesOf(held, depth + 1, painter));
  return [`${indent}${task.name}  ${painter.paint('dim', notes.join(' · '))}`, ...inner];
}

function linesOf(held: Task | Branch, depth: number, painter: Painter): string[] {
  if ('type' in held) return taskLines(held, depth, painter);
  return [
    `${'  '.repeat(depth)}${held.name}`,
    ...tasksOf(held.body).flatMap((child) => taskLines(child, depth + 1, painter)),
  ];
}

function detailOf(task: Task): string {
  switch (task.type) {
    case 'agent':
      return task.agent ? `${task.agentName} on ${modelsOf(task.agent).join(', else ')}` : task.agentName;
    case 'tool':
      return `tool ${task.tool}`;
    case 'workflow':
      return `workflow ${harmlessLine(task.called?.workflow.file ?? task.reference)}`;
    case 'for_each':
      return task.maxParallel ? `for_each, ${task.maxParallel} at once` : 'for_each';
    case 'loop':
      return `loop, at most ${task.maxIterations} rounds`;
    case 'gated':
      return task.gate ? gateOf(task.gate) : 'stage';
    case 'pipeline':
      return `pipeline of ${task.stages.length} stages`;
    case 'reflect':
      return `reflect, at most ${task.maxRounds} rounds`;
    case 'supervisor':
      return `supervisor of ${task.specialists.length}, at most ${task.maxRounds} rounds`;
    case 'planner':
      return plannerOf(task);
    case 'condition':
      return `condition → ${[...new Set([...task.cases.flatMap(({ to }) => to), ...task.otherwise])].join(', ')}`;
    case 'parallel':
      return parallelOf(task);
    case 'router':
      return `router (${task.agentName}) → ${[...new Set(task.routes.flatMap(({ to }) => to))].join(', ')}`;
    case 'wait':
      return task.durationMs === undefined ? 'wait until a moment' : `wait ${formatDuration(task.durationMs)}`;
    case 'terminate':
      return `terminate as ${task.status}`;
    case 'set':
    case 'human':
      return task.type;
  }
}

function plannerOf({ mayUse, maxTasks, approval }: PlannerTask): string {
  const names = [...mayUse.agents.map(({ name }) => name), ...mayUse.tools];
  const asks = approval ? ', approved by a person' : '';
  return `planner: at most ${maxTasks} tasks of ${names.join(', ')}${asks}`;
}

function parallelOf(task: ParallelTask): string {
  const { strategy, agent, quorum } = task.fusion;
  const count = branchesOf(task).length;
  const how = agent ? `${strategy} by ${agent.agentName}` : strategy;
  return `parallel, ${count} ${count === 1 ? 'branch' : 'branches'}, ${quorum ? `${quorum} are enough, ` : ''}${how}`;
}

function gateOf({ judge, minScore, onFail, maxRetries }: Gate): string {
  const what = judge ? `gate: ${judge.agentName} gives at least ${minScore}` : 'gate: a condition';
  return onFail === 'retry' || onFail === 'rollback' ? `${what}, else ${onFail}, at most ${maxRetries} times` : what;
}
