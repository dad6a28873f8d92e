// Who there is, what they can do, and who is at work.
import type { Json } from '../../run/index.ts';
import type { Agent } from '../../workflow/model/model.ts';
import { asksAgent } from './nodes.ts';
import type { FileInstance, TaskNode } from './state.ts';

/** By which name others know who works on a task: its agent, or `tasks.` and the path of a task that has none. */
export function callerOf({ task }: TaskNode): string {
  return asksAgent(task) ? task.agentName : `tasks.${task.path}`;
}

/** The agents of a file that can do something, in the order of the file. */
export function agentsWith({ workflow }: FileInstance, capability: string): readonly Agent[] {
  return workflow.agents.filter(({ capabilities }) => capabilities.includes(capability));
}

/** How many tasks of a file an agent works on. */
export function busyOf({ together }: FileInstance, agent: string): number {
  return together.busy.get(agent) ?? 0;
}

/**
 * The one with the least to do, the first of equals; undefined if there is none to choose from.
 * @param names agents of the file
 * @param assigned work that they have been given and have not begun, by their names
 */
export function leastBusy(
  file: FileInstance,
  names: readonly string[],
  assigned: ReadonlyMap<string, number> = new Map(),
): string | undefined {
  const load = (name: string): number => busyOf(file, name) + (assigned.get(name) ?? 0);
  return names.toSorted((a, b) => load(a) - load(b))[0];
}

/** What `find_agents` gives. */
export function findAgents(file: FileInstance, capability: string | undefined, idle: boolean): Json {
  const agents = capability === undefined ? file.workflow.agents : agentsWith(file, capability);
  return agents
    .map(({ name, description, capabilities }) => ({
      agent: name,
      ...(description !== undefined && { description }),
      capabilities: [...capabilities],
      busy: busyOf(file, name),
    }))
    .filter(({ busy }) => !idle || busy === 0)
    .sort((a, b) => a.busy - b.busy);
}
