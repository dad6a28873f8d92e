import type { Message, ModelReply } from '../events/model-call.ts';
import type { CallState, RunState, TaskState } from '../state/state.ts';

/** What a model said in a call that completed; undefined for other calls. */
export function replyOf(call: CallState): ModelReply | undefined {
  return call.outcome?.status === 'completed' && 'reply' in call.outcome ? call.outcome.reply : undefined;
}

/** The conversation of a task so far: what was sent, call by call, and what came back. */
export function conversationOf(state: RunState, path: string): readonly Message[] {
  return conversation(state.tasks.get(path));
}

function conversation(task: TaskState | undefined): Message[] {
  const messages: Message[] = [];
  for (const call of task?.calls ?? []) {
    if (call.request?.kind !== 'model') continue;
    messages.push(...call.request.messages);
    const reply = replyOf(call);
    if (reply) messages.push({ role: 'assistant', content: reply.text, toolCalls: reply.toolCalls });
  }
  return messages;
}
