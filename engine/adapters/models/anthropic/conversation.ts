// A conversation in the words of the Messages API: the system's words apart, user and assistant in turn, results of
// tools first in the message after the one that called them, and no empty text anywhere.
import type { ContentBlockParam, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import type { Json, Message, ToolCall } from '../../../../run/index.ts';
import { isJsonObject } from '../../../../run/index.ts';

/** A conversation as it is sent. */
export interface Conversation {
  readonly system: string;
  readonly messages: MessageParam[];
}

/** Stands where a message says nothing, for the API refuses an empty one. */
const NOTHING = '(nothing)';

/** @returns the conversation. System messages are joined, wherever they stood. */
export function conversationOf(messages: readonly Message[]): Conversation {
  const system = messages.flatMap((message) => (message.role === 'system' && message.content ? [message.content] : []));
  const turns: { role: 'user' | 'assistant'; content: ContentBlockParam[] }[] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocksOf(message));
    else turns.push({ role, content: blocksOf(message) });
  }
  return { system: system.join('\n\n'), messages: turns.map(finish) };
}

function blocksOf(message: Message): ContentBlockParam[] {
  switch (message.role) {
    case 'system':
      return [];
    case 'user':
      return textBlocks(message.content);
    case 'assistant':
      return [...textBlocks(message.content), ...(message.toolCalls ?? []).map(callBlock)];
    case 'tool':
      return [resultBlock(message)];
  }
}

function textBlocks(text: string): ContentBlockParam[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

function callBlock({ id, name, arguments: input }: ToolCall): ContentBlockParam {
  return { type: 'tool_use', id, name, input: objectOf(input) };
}

/** The API takes only objects; arguments that were no JSON object go back under a name, so that the model sees them. */
function objectOf(input: Json): object {
  return isJsonObject(input) ? input : { value: input };
}

function resultBlock(message: Extract<Message, { role: 'tool' }>): ContentBlockParam {
  return {
    type: 'tool_result',
    tool_use_id: message.toolCallId,
    content: message.content,
    ...(message.isError && { is_error: true }),
  };
}

function finish({ role, content }: { role: 'user' | 'assistant'; content: ContentBlockParam[] }): MessageParam {
  const isResult = (block: ContentBlockParam) => block.type === 'tool_result';
  const ordered = [...content.filter(isResult), ...content.filter((block) => !isResult(block))];
  return { role, content: ordered.length > 0 ? ordered : [{ type: 'text', text: NOTHING }] };
}
