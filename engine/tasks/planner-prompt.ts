// What is said about plans: to the agent that makes them, and to the person who approves them.
import type { Json, ToolDescriptor } from '../../run/index.ts';
import type { Agent, PlannerTask } from '../../workflow/model/model.ts';
import type { PlannedTask } from './planned.ts';
import { textOf } from './values.ts';

/** So much is told of what a task gave; a new plan needs the gist. */
const maxToldLength = 2_000;

/** What the agent is asked, whether or not there was a plan before. @param tools those that may be used */
export function planningPrompt(
  goal: string,
  { mayUse, maxTasks }: PlannerTask,
  tools: readonly ToolDescriptor[],
): string {
  return [
    'Plan how to reach the goal below. You only plan: others do the tasks, and they know nothing but what you write for them.',
    `Goal:\n\n${goal}`,
    ...(mayUse.agents.length > 0 ? [`Agents that can do tasks:\n${mayUse.agents.map(agentLine).join('\n')}`] : []),
    ...(tools.length > 0 ? [`Tools that tasks can call:\n${tools.map(toolLine).join('\n')}`] : []),
    rules(mayUse.agents.length > 0, tools.length > 0, maxTasks),
  ].join('\n\n');
}

/** What is added when a plan could not be used. */
export function repairPrompt(asked: string, plan: Json, findings: readonly string[]): string {
  return `${asked}\n\nThis plan could not be used:\n\n${textOf(plan)}\n\nWhat is wrong with it:\n${list(findings)}\n\nGive the whole plan again, with this mended.`;
}

/** What is added when a plan was run, or shown to a person, and another one is needed. */
export function replanPrompt(asked: string, plan: Json, happened: readonly string[]): string {
  return `${asked}\n\nThis plan did not reach the goal:\n\n${textOf(plan)}\n\nWhat happened:\n${list(happened)}\n\nMake another plan. Nothing of the old one goes on: what it has found that is still needed must stand in the prompts of the new one.`;
}

/** How one planned task ended, in a line. */
export function toldOf(id: string, what: string, value?: string): string {
  if (value === undefined) return `\`${id}\` ${what}.`;
  const told = value.length > maxToldLength ? `${value.slice(0, maxToldLength)}…` : value;
  return `\`${id}\` ${what}: ${told}`;
}

/** The question about a plan. */
export function approvalMessage(
  planner: string,
  goal: string,
  planned: readonly PlannedTask[],
  output: string,
): string {
  const tasks = planned.map((task, place) => `${place + 1}. ${taskLine(task)}`);
  return [
    `Run this plan of \`${planner}\`?`,
    `Goal: ${goal}`,
    tasks.join('\n'),
    `Its result is that of \`${output}\`.`,
  ].join('\n\n');
}

function agentLine({ name, description, capabilities, outputSchema }: Agent): string {
  const about = [
    ...(description === undefined ? [] : [description]),
    ...(capabilities.length === 0 ? [] : [`Good at: ${capabilities.join(', ')}.`]),
    outputSchema ? `Answers with JSON that meets ${JSON.stringify(outputSchema)}` : 'Answers with a text.',
  ];
  return `- \`${name}\`: ${about.join(' ')}`;
}

function toolLine({ name, description, input, output }: ToolDescriptor): string {
  const gives = output ? ` It gives ${JSON.stringify(output)}` : '';
  return `- \`${name}\`: ${description} Its input meets ${JSON.stringify(input)}${gives}`;
}

function rules(hasAgents: boolean, hasTools: boolean, maxTasks: number): string {
  return [
    `Rules:`,
    `- Use as few tasks as the goal needs, at most ${maxTasks}.`,
    ...(hasAgents
      ? ['- A task of an agent has `id`, `agent` and `prompt`. The prompt holds all that the agent must know.']
      : []),
    ...(hasTools ? ['- A task that calls a tool has `id`, `tool` and `input`.'] : []),
    '- An `id` consists of letters, digits and `_`, and is used once.',
    '- To hand on what another task gives, write `${{ tasks.ID.output }}` into a text; of an object a field, `${{ tasks.ID.output.field }}`. Nothing else can stand between `${{` and `}}`.',
    '- Tasks run side by side. One waits for those that it names so; where it must wait for others, list them in `needs`.',
    '- `output` is the id of the task whose output is the result. Left out, it is the last one.',
  ].join('\n');
}

function taskLine({ id, agent, prompt, tool, input, needs }: PlannedTask): string {
  const after = needs.length > 0 ? `, after ${needs.join(', ')}` : '';
  return agent === undefined
    ? `${id}: calls ${tool}${after} with ${JSON.stringify(input ?? {})}`
    : `${id}: ${agent}${after} is asked: ${prompt ?? ''}`;
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}
