// The tasks of agents that others ask or hand over to. No file writes them out, and there may be more than can be listed
// (whoever goes on with a conversation may hand it on, too): so each is made where it is spoken of.
import { agentPart } from './agent-part.ts';
import type { Agent, AgentLink, AgentTask } from './model.ts';

/** The task of an agent, as far as what is inside it depends on it. */
export type Delegable = Pick<AgentTask, 'path' | 'range' | 'retry'> &
  Partial<Pick<AgentTask, 'agent' | 'outputSchema' | 'outputType' | 'timeoutMs' | 'cacheMaxAgeMs'>>;

/** @returns the task of an agent that the one of `around` asks: `draft/researcher[]` */
export function subAgentTask(around: Delegable, { name, agent }: AgentLink): AgentTask {
  const { range, path } = around;
  const part = agentPart({ name, path: `${path}/${name}[]`, range, agentName: name, agent: agent() });
  return { ...part, ...callKeysOf(around) };
}

/** @returns the task of an agent that goes on with the conversation of `around`, and gives its output: `draft/handoff` */
export function handoffTask(around: Delegable, agent: Agent | undefined): AgentTask {
  const { range, path, outputSchema } = around;
  // A schema says more than what becomes of the answer.
  const outputType = outputSchema ? undefined : around.outputType;
  const place = { name: 'handoff', path: `${path}/handoff`, range };
  const part = agentPart({ ...place, agentName: agent?.name ?? '', agent, ...(outputSchema && { outputSchema }) });
  return { ...part, ...(outputType && { outputType }), ...callKeysOf(around) };
}

/** What a task says of its calls holds for those that are made in its place. */
function callKeysOf({ retry, timeoutMs, cacheMaxAgeMs }: Delegable): Partial<AgentTask> & Pick<AgentTask, 'retry'> {
  return {
    retry,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(cacheMaxAgeMs !== undefined && { cacheMaxAgeMs }),
  };
}

/**
 * Finds a task inside that of an agent.
 * @param way the rest of its static path: `researcher[]`, `handoff/handoff`
 * @returns undefined if there can be none; without an agent where several could stand there
 */
export function delegatedTask(task: Delegable, way: string): AgentTask | undefined {
  const [step = '', ...steps] = way.split('/');
  const at = steps.reduce((found, next) => found.flatMap((one) => stepsTo(one, next)), stepsTo(task, step));
  const names = new Set(at.map(({ agentName }) => agentName));
  const [first] = at;
  return first && names.size > 1 ? handoffTask({ ...first, path: parentOf(first.path) }, undefined) : first;
}

function stepsTo(around: Delegable, step: string): readonly AgentTask[] {
  const { handoffs = [], subAgents = [] } = around.agent ?? {};
  if (step === 'handoff') return handoffs.map((link) => handoffTask(around, link.agent()));
  return subAgents.filter(({ name }) => step === `${name}[]`).map((link) => subAgentTask(around, link));
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
