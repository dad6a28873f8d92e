import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import type { FinishReason, ModelReply, ToolCall, Usage } from '../../../../run/index.ts';
import type { ModelPart } from '../../../ports/index.ts';
import { toolCallOf } from '../tool-arguments.ts';

interface PartialCall {
  id: string;
  name: string;
  text: string;
}

/** What has arrived of an answer. Each chunk is given to `take`, in order. */
export class ChatAnswer {
  text = '';
  usage: Usage | undefined;
  #refusal = '';
  #finish: string | undefined;
  #model: string | undefined;
  #sawChunk = false;
  readonly #calls = new Map<number, PartialCall>();

  /** @returns the parts of a chunk that can be shown. Servers other than OpenAI's leave fields out, so all are doubted. */
  *take(chunk: ChatCompletionChunk): Iterable<ModelPart> {
    this.#sawChunk = true;
    this.#model ??= chunk.model || undefined;
    if (chunk.usage) this.usage = usageOf(chunk.usage);
    const choice = chunk.choices?.[0];
    if (!choice) return;
    const delta: Partial<typeof choice.delta> = choice.delta ?? {};
    const reasoning = reasoningOf(delta);
    if (reasoning) yield { type: 'reasoning', text: reasoning };
    if (delta.content) {
      this.text += delta.content;
      yield { type: 'text', text: delta.content };
    }
    this.#refusal += delta.refusal ?? '';
    for (const call of delta.tool_calls ?? []) this.#takeCall(call);
    this.#finish = choice.finish_reason || this.#finish;
  }

  /** True once the model has said why it stopped. */
  get isWhole(): boolean {
    return this.#finish !== undefined;
  }

  get whyIncomplete(): string {
    return this.#sawChunk ? 'its stream ended without a finish reason' : 'its stream was empty';
  }

  /** @returns the whole answer, or undefined when the stream did not say why it ended */
  reply(unwrap: (text: string) => string): ModelReply | undefined {
    if (this.#finish === undefined) return undefined;
    const toolCalls = this.#toolCalls();
    const text = this.#refusal || unwrap(this.text);
    const finishReason = this.#refusal ? 'content_filter' : finishReasonOf(this.#finish, toolCalls);
    return { text, toolCalls, finishReason, ...(this.#model && { responseModel: this.#model }) };
  }

  #takeCall(delta: ChatCompletionChunk.Choice.Delta.ToolCall): void {
    // Some servers leave the place out; a new id then begins a new call.
    const place = delta.index ?? (delta.id ? this.#calls.size : Math.max(0, this.#calls.size - 1));
    const call = this.#calls.get(place) ?? { id: '', name: '', text: '' };
    this.#calls.set(place, call);
    call.id ||= delta.id ?? '';
    call.name ||= delta.function?.name ?? '';
    call.text += delta.function?.arguments ?? '';
  }

  #toolCalls(): ToolCall[] {
    const inOrder = [...this.#calls].sort(([a], [b]) => a - b);
    return inOrder.map(([place, { id, name, text }]) => toolCallOf(id || `call_${place}`, name, text));
  }
}

function finishReasonOf(word: string, toolCalls: readonly ToolCall[]): FinishReason {
  if (word === 'length' || word === 'content_filter') return word;
  // Some servers say `stop` after tool calls.
  return toolCalls.length > 0 ? 'tool_calls' : 'stop';
}

/** Thoughts that other servers stream beside the text; the API itself does not show them. */
function reasoningOf(delta: object): string | undefined {
  const found = Reflect.get(delta, 'reasoning_content') ?? Reflect.get(delta, 'reasoning');
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function usageOf(usage: CompletionUsage): Usage {
  const cached = usage.prompt_tokens_details?.cached_tokens;
  const written = Reflect.get(usage.prompt_tokens_details ?? {}, 'cache_write_tokens');
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  return {
    inputTokens: usage.prompt_tokens ?? 0,
    outputTokens: usage.completion_tokens ?? 0,
    ...(cached != null && { cachedInputTokens: cached }),
    ...(typeof written === 'number' && { cacheWriteTokens: written }),
    ...(reasoning != null && { reasoningTokens: reasoning }),
  };
}
