// What an agent knows of its earlier tasks (`memory.short_term`): what they were asked, and what they answered. Calls of
// tools in between are no part of it, so it never holds half of one. The order is that of the record.
import type { Message } from '../../run/index.ts';
import { isHandoff } from './delegation.ts';
import { messagesOfInput } from './input.ts';
import { asksAgent } from './nodes.ts';
import type { FileInstance, TaskNode } from './state.ts';

/** Takes note of a task that has ended, if its agent remembers it. */
export function remember(node: TaskNode): void {
  const { file, task, status, reason } = node;
  // A conversation that was handed over is that of another agent.
  if (!asksAgent(task) || status !== 'completed' || reason !== undefined || isHandoff(node)) return;
  const window = task.agent?.memory?.window;
  if (window === undefined) return;
  const known = file.answered.get(task.agentName) ?? [];
  // Each gives at least one message.
  file.answered.set(task.agentName, [...known, node].slice(-window));
}

/** The last messages of an agent's earlier tasks in a file, from a question on. @param window how many at most */
export function recalled(file: FileInstance, agent: string, window: number): readonly Message[] {
  const messages = (file.answered.get(agent) ?? []).flatMap(exchangeOf).slice(-window);
  const first = messages.findIndex(({ role }) => role === 'user');
  return first < 0 ? [] : messages.slice(first);
}

function exchangeOf({ input, output }: TaskNode): readonly Message[] {
  const content = typeof output === 'string' ? output : JSON.stringify(output ?? null);
  return [...messagesOfInput(input).filter(({ role }) => role !== 'system'), { role: 'assistant', content }];
}
