// How any provider's stream becomes an answer. Invariants, the same for every wire format:
//   A1. A stream that ends without a reason to stop has failed, however politely it ended.
//   A2. After its reason to stop an answer is whole: a connection that breaks then takes at most the usage along.
//   A3. After an abort the call was cancelled, whatever the SDK threw.
import type { ModelReply, Usage } from '../../../run/index.ts';
import type { ModelPart } from '../../ports/index.ts';
import { modelErrorOf } from './failed-call.ts';
import type { Endpoint } from './http-failure.ts';
import { ModelError, streamIncomplete } from './model-error.ts';

/** What one wire format gathers from its events. */
export interface GatheredAnswer<Event> {
  /** All text so far. */
  readonly text: string;
  readonly usage?: Usage | undefined;
  /** Whether a reason to stop has come. */
  readonly isWhole: boolean;
  /** What is missing, in words, while the answer is not whole. */
  readonly whyIncomplete: string;
  take(event: Event): Iterable<ModelPart>;
  /** The whole reply; undefined while it is not whole. @param unwrap takes a structured answer out of its wrapper */
  reply(unwrap: (text: string) => string): ModelReply | undefined;
}

/** One request whose answer streams. */
export interface AnswerStream<Event> {
  /** Sends the request; resolves when the answer begins. */
  readonly open: () => Promise<AsyncIterable<Event>>;
  readonly answer: GatheredAnswer<Event>;
  readonly unwrap: (text: string) => string;
  readonly endpoint: Endpoint;
  readonly signal: AbortSignal;
}

/** Streams an answer; the last part is `end`. @throws ModelError with what had come until then */
export async function* streamAnswer<Event>(stream: AnswerStream<Event>): AsyncIterable<ModelPart> {
  const { open, answer, unwrap, endpoint, signal } = stream;
  try {
    for await (const event of await open()) yield* answer.take(event);
    signal.throwIfAborted();
  } catch (thrown) {
    if (signal.aborted || !answer.isWhole) throw modelErrorOf(thrown, endpoint, signal, answer);
  }
  const reply = answer.reply(unwrap);
  if (!reply) {
    const received = { usage: answer.usage, received: answer.text };
    throw new ModelError(streamIncomplete(endpoint.model, answer.whyIncomplete), received);
  }
  yield { type: 'end', reply, ...(answer.usage && { usage: answer.usage }) };
}
