import type {
  MessageCreateParamsStreaming,
  MessageParam,
  Tool,
  ToolChoice,
} from '@anthropic-ai/sdk/resources/messages';
import { defaultMaxOutputTokens, splitModel } from '../../../../models/index.ts';
import type { ModelRequest, ToolDescriptor } from '../../../../run/index.ts';
import { type SentSchema, sentSchema } from '../output-schema.ts';
import { conversationOf } from './conversation.ts';

/** A request in the words of the Messages API, and how to read its answer. */
export interface MessageRequest {
  readonly body: MessageCreateParamsStreaming;
  /** The tool through which the final answer comes, where the model has no structured output of its own. */
  readonly answerTool: string | undefined;
  readonly unwrap: (text: string) => string;
}

/** Models that came before structured output, by the beginning of their name. */
const withoutStructuredOutput = /^claude-(?:\d|instant|(?:opus|sonnet|haiku)-4-(?:0|2\d{7}))/;

/** Translates a request. @see https://platform.claude.com/docs/en/api/messages */
export function messageRequestOf(request: ModelRequest): MessageRequest {
  const { name } = splitModel(request.model);
  const output = request.outputSchema && sentSchema(request.outputSchema);
  const isNative = output?.strict === true && name.startsWith('claude-') && !withoutStructuredOutput.test(name);
  const answerTool = output && !isNative ? freeName(request.tools) : undefined;
  const { system, messages } = conversationOf(request.messages);
  const body: MessageCreateParamsStreaming = {
    model: name,
    // The API demands a limit.
    max_tokens: request.maxOutputTokens ?? defaultMaxOutputTokens(request.model),
    messages,
    stream: true,
    ...(system !== '' && { system }),
    ...(output && isNative && { output_config: { format: { type: 'json_schema', schema: { ...output.schema } } } }),
    ...toolsOf(request, messages, answerTool, output),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.topP !== undefined && { top_p: request.topP }),
  };
  return { body, answerTool, unwrap: output?.unwrap ?? ((text) => text) };
}

function toolsOf(
  request: ModelRequest,
  messages: readonly MessageParam[],
  answerTool: string | undefined,
  output: SentSchema | undefined,
): { tools?: Tool[]; tool_choice?: ToolChoice } {
  const named = request.tools.length > 0 ? request.tools.map(toolOf) : namedBefore(messages);
  const mayCall = request.tools.length > 0 && request.toolChoice === 'auto';
  if (answerTool && output) {
    const tools = [...named, answerToolOf(answerTool, output)];
    return { tools, tool_choice: mayCall ? { type: 'any' } : { type: 'tool', name: answerTool } };
  }
  if (named.length === 0) return {};
  return { tools: named, tool_choice: { type: mayCall ? 'auto' : 'none' } };
}

function toolOf({ name, description, input }: ToolDescriptor): Tool {
  return { name, description, input_schema: { ...input, type: 'object' } };
}

function answerToolOf(name: string, { schema }: SentSchema): Tool {
  return {
    name,
    description: 'Gives the final answer. Call it once, when the work is done; its input is the answer.',
    input_schema: { ...schema, type: 'object' },
  };
}

/** A conversation in which tools were called must name them, even when they may not be called any more. */
function namedBefore(messages: readonly MessageParam[]): Tool[] {
  const blocks = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  const names = new Set(blocks.flatMap((block) => (block.type === 'tool_use' ? [block.name] : [])));
  return [...names].map((name) => ({ name, input_schema: { type: 'object' as const } }));
}

function freeName(tools: readonly ToolDescriptor[]): string {
  const taken = (name: string) => tools.some((tool) => tool.name === name);
  return taken('final_answer') ? 'segue_final_answer' : 'final_answer';
}
