import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from 'openai/resources/chat/completions';
import { splitModel } from '../../../../models/index.ts';
import type { Message, ModelRequest, ToolCall, ToolDescriptor } from '../../../../run/index.ts';
import { sentSchema } from '../output-schema.ts';

/** A request in the words of Chat Completions, and how to read a structured answer. */
export interface ChatRequest {
  readonly body: ChatCompletionCreateParamsStreaming;
  readonly unwrap: (text: string) => string;
}

/** Translates a request. @see https://platform.openai.com/docs/api-reference/chat/create */
export function chatRequestOf(request: ModelRequest): ChatRequest {
  const output = request.outputSchema && sentSchema(request.outputSchema);
  const body: ChatCompletionCreateParamsStreaming = {
    model: splitModel(request.model).name,
    messages: request.messages.map(messageOf),
    stream: true,
    stream_options: { include_usage: true },
    ...(request.tools.length > 0 && { tools: request.tools.map(toolOf), tool_choice: request.toolChoice }),
    ...(output && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', schema: { ...output.schema }, strict: output.strict },
      },
    }),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.topP !== undefined && { top_p: request.topP }),
    ...limitOf(request),
  };
  return { body, unwrap: output?.unwrap ?? ((text) => text) };
}

/** OpenAI's own newer models refuse `max_tokens`; many other servers know nothing else. */
function limitOf({ model, maxOutputTokens }: ModelRequest) {
  if (maxOutputTokens === undefined) return {};
  return splitModel(model).provider === 'openai'
    ? { max_completion_tokens: maxOutputTokens }
    : { max_tokens: maxOutputTokens };
}

function messageOf(message: Message): ChatCompletionMessageParam {
  switch (message.role) {
    case 'assistant':
      return assistantOf(message.content, message.toolCalls ?? []);
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: toolContent(message) };
    case 'system':
    case 'user':
      return { role: message.role, content: message.content };
  }
}

function assistantOf(content: string, calls: readonly ToolCall[]): ChatCompletionMessageParam {
  if (calls.length === 0) return { role: 'assistant', content };
  // With tool calls, some servers refuse an empty text.
  return { role: 'assistant', content: content === '' ? null : content, tool_calls: calls.map(callOf) };
}

/** Arguments that were no JSON go back as the text they were, so that the model sees its own mistake. */
function callOf({ id, name, arguments: input, invalid }: ToolCall) {
  const text = invalid !== undefined && typeof input === 'string' ? input : JSON.stringify(input);
  return { id, type: 'function' as const, function: { name, arguments: text } };
}

/** The API has no field for a failed tool; the word says it. */
function toolContent({ content, isError }: { readonly content: string; readonly isError?: boolean }): string {
  return isError && !content.startsWith('Error') ? `Error: ${content}` : content;
}

function toolOf({ name, description, input }: ToolDescriptor): ChatCompletionTool {
  return { type: 'function', function: { name, description, parameters: { ...input } } };
}
