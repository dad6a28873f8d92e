import type {
  RawContentBlockDeltaEvent,
  RawContentBlockStartEvent,
  RawMessageStreamEvent,
} from '@anthropic-ai/sdk/resources/messages';
import type { FinishReason, ModelReply, Usage } from '../../../../run/index.ts';
import type { ModelPart } from '../../../ports/index.ts';
import { toolCallOf } from '../tool-arguments.ts';

interface PartialCall {
  readonly id: string;
  readonly name: string;
  text: string;
}

/** Counts as the API gives them: input that came from or went to a cache is not among `input`. */
interface Counts {
  input: number | undefined;
  cacheRead: number | undefined;
  cacheWrite: number | undefined;
  output: number | undefined;
  thinking: number | undefined;
}

/** What has arrived of an answer. Each event is given to `take`, in order. */
export class MessageAnswer {
  text = '';
  readonly #answerTool: string | undefined;
  readonly #calls = new Map<number, PartialCall>();
  readonly #counts: Counts = {
    input: undefined,
    cacheRead: undefined,
    cacheWrite: undefined,
    output: undefined,
    thinking: undefined,
  };
  #finish: string | undefined;
  #model: string | undefined;
  #sawEvent = false;

  /** @param answerTool the tool whose input is the final answer, if there is one */
  constructor(answerTool: string | undefined) {
    this.#answerTool = answerTool;
  }

  /** @returns the parts of an event that can be shown */
  *take(event: RawMessageStreamEvent): Iterable<ModelPart> {
    this.#sawEvent = true;
    switch (event.type) {
      case 'message_start':
        this.#model = event.message?.model || undefined;
        this.#count(event.message?.usage);
        return;
      case 'content_block_start':
        this.#takeBlock(event);
        return;
      case 'content_block_delta':
        yield* this.#takeDelta(event);
        return;
      case 'message_delta':
        this.#finish = event.delta?.stop_reason || this.#finish;
        this.#count(event.usage);
        return;
      case 'content_block_stop':
      case 'message_stop':
        return;
      default:
        // Events that a newer API adds say nothing that is needed here.
        return;
    }
  }

  /** True once the model has said why it stopped. */
  get isWhole(): boolean {
    return this.#finish !== undefined;
  }

  get whyIncomplete(): string {
    return this.#sawEvent ? 'its stream ended without a stop reason' : 'its stream was empty';
  }

  /** What has been counted so far; undefined unless both sides have been. */
  get usage(): Usage | undefined {
    const { input, output, cacheRead, cacheWrite, thinking } = this.#counts;
    if (input === undefined || output === undefined) return undefined;
    return {
      inputTokens: input + (cacheRead ?? 0) + (cacheWrite ?? 0),
      outputTokens: output,
      ...(cacheRead !== undefined && { cachedInputTokens: cacheRead }),
      ...(cacheWrite !== undefined && { cacheWriteTokens: cacheWrite }),
      ...(thinking !== undefined && { reasoningTokens: thinking }),
    };
  }

  /** @returns the whole answer, or undefined when the stream did not say why it ended */
  reply(unwrap: (text: string) => string): ModelReply | undefined {
    if (this.#finish === undefined) return undefined;
    const calls = [...this.#calls.values()];
    const final = calls.find(({ name }) => name === this.#answerTool);
    const toolCalls = calls.filter((call) => call.name !== this.#answerTool);
    // Tools called beside the final answer come first: the model answers again when it has seen their results.
    const isFinal = final !== undefined && toolCalls.length === 0;
    return {
      text: isFinal ? unwrap(final.text || '{}') : unwrap(this.text),
      toolCalls: toolCalls.map(({ id, name, text }) => toolCallOf(id, name, text)),
      finishReason: finishReasonOf(this.#finish, toolCalls.length > 0),
      ...(this.#model && { responseModel: this.#model }),
    };
  }

  #takeBlock({ index, content_block: block }: RawContentBlockStartEvent): void {
    if (block.type === 'tool_use') this.#calls.set(index, { id: block.id, name: block.name, text: '' });
  }

  *#takeDelta({ index, delta }: RawContentBlockDeltaEvent): Iterable<ModelPart> {
    if (delta.type === 'text_delta') {
      this.text += delta.text;
      yield { type: 'text', text: delta.text };
    } else if (delta.type === 'thinking_delta') {
      yield { type: 'reasoning', text: delta.thinking };
    } else if (delta.type === 'input_json_delta') {
      const call = this.#calls.get(index);
      if (call) call.text += delta.partial_json;
      if (call?.name === this.#answerTool && delta.partial_json) yield { type: 'text', text: delta.partial_json };
    }
  }

  /** Later counts replace earlier ones: those of the API add up by themselves. */
  #count(usage: ApiUsage | undefined): void {
    if (!usage) return;
    this.#counts.input = usage.input_tokens ?? this.#counts.input;
    this.#counts.output = usage.output_tokens ?? this.#counts.output;
    this.#counts.cacheRead = usage.cache_read_input_tokens ?? this.#counts.cacheRead;
    this.#counts.cacheWrite = usage.cache_creation_input_tokens ?? this.#counts.cacheWrite;
    this.#counts.thinking = usage.output_tokens_details?.thinking_tokens ?? this.#counts.thinking;
  }
}

/** The fields of usage that are read, each of them possibly absent, as servers other than Anthropic's leave them out. */
interface ApiUsage {
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly output_tokens_details?: { readonly thinking_tokens?: number } | null;
}

function finishReasonOf(word: string, hasToolCalls: boolean): FinishReason {
  switch (word) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'refusal':
      return 'content_filter';
    default:
      return hasToolCalls ? 'tool_calls' : 'stop';
  }
}
