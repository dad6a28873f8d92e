import type { ModelReply } from '../events/model-call.ts';
import type { CallState } from '../state/state.ts';

/** What a model said in a call that completed; undefined for other calls. */
export function replyOf(call: CallState): ModelReply | undefined {
  return call.outcome?.status === 'completed' && 'reply' in call.outcome ? call.outcome.reply : undefined;
}
