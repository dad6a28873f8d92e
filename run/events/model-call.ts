import type { Json, JsonSchema } from '../json.ts';
import type { LargeValue } from './large.ts';

/** A request of a model to call a tool. `arguments` is the parsed JSON, or the raw text if it did not parse. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: Json;
  /** Set when the model's arguments were not JSON: what the parser said. */
  readonly invalid?: string;
}

/** One message of a conversation, in the words of the chat APIs. */
export type Message =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string; readonly toolCalls?: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly toolCallId: string; readonly content: string; readonly isError?: boolean };

/** What a call is not sent of its task's conversation, because its agent bounds it. */
export interface Omitted {
  /** Places in the conversation, counted from 0, in order: from the first one up to but not including the second. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
  /** What a model made of these messages; it is sent in the place of the last range. */
  readonly summary?: string;
}

/**
 * What a call is sent of a conversation.
 * @param conversation all messages that the calls of a task have named, in the order of the record; calls whose place
 *   ends in `/summary` stand alone
 */
export function sentOf(conversation: readonly Message[], omitted: Omitted | undefined): readonly Message[] {
  if (!omitted) return conversation;
  const sent: Message[] = [];
  let at = 0;
  for (const [from, to] of omitted.ranges) {
    sent.push(...conversation.slice(at, from));
    at = to;
  }
  if (omitted.summary !== undefined) sent.push(summaryMessage(omitted.summary));
  return [...sent, ...conversation.slice(at)];
}

/** How a model is told what was said before. */
export function summaryMessage(summary: string): Message {
  return { role: 'user', content: `What was said before, in short:\n\n${summary}` };
}

/** What a tool is, for a model and for `decide`. Recorded when the run starts. */
export interface ToolDescriptor {
  readonly name: string;
  readonly description: string;
  readonly input: JsonSchema;
  /** The JSON Schema of its result, if it is known. */
  readonly output?: JsonSchema;
  /** Whether a lost call may be repeated: `once` may not. */
  readonly effect: 'none' | 'repeatable' | 'once';
  /** Whether a person is asked before it runs: `first` asks the first time in a run. */
  readonly asks: 'never' | 'first';
  /** Set if the engine answers it from what it knows of the run: no call leaves. */
  readonly answeredBy?: 'engine';
  /** Set if its code is a file of the workspace. */
  readonly module?: ToolModuleRef;
}

/** The code of a tool, as it was when the run began. */
export interface ToolModuleRef {
  /** Relative to the workspace, with `/`. */
  readonly file: string;
  /** SHA-256 of its text, in hex; another text is not run. */
  readonly hash: string;
  /** How long one call may take; undefined: as the engine says. */
  readonly timeoutMs?: number;
}

/** One request to a model, complete: what is sent, in no provider's words. */
export interface ModelRequest {
  /** `provider/model`, as the workflow names it after resolution. */
  readonly model: string;
  readonly messages: readonly Message[];
  /** Tools the model may call. Empty: none. */
  readonly tools: readonly ToolDescriptor[];
  /** `none` sends the tools' descriptions, but forbids calling them (the last iteration). */
  readonly toolChoice: 'auto' | 'none';
  /** The schema that the final answer must meet. */
  readonly outputSchema?: JsonSchema;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxOutputTokens?: number;
}

/** Why a model stopped. A stream that ends without one of these has failed. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** Tokens of one model call. `inputTokens` includes cached ones, `outputTokens` includes reasoning. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
}

/** What a model answered, whole. */
export interface ModelReply {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
  /** The model that the provider says answered, if it says so. */
  readonly responseModel?: string;
  /** Set when the reply is kept by hash; `text` then holds only its beginning and `toolCalls` is empty. */
  readonly large?: LargeValue;
}
