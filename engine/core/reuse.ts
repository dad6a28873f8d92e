// `cache`: which calls look for an earlier reply, what is recorded of one that was found, which replies may become one.
import type { Fact } from '../../run/index.ts';
import type { Call, CallResult, EarlierReply, Replies } from '../ports/index.ts';
import { mayBeReused } from '../tasks/index.ts';
import { callStarted, type Hash, requestHashOf } from './call-facts.ts';

/** The hash under which a reply may serve later calls; undefined: its task does not want that, or it is not fit for it. */
export function reusableAs(call: Call, outcome: CallResult['outcome'], hash: Hash): string | undefined {
  if (call.kind !== 'model' || call.maxAgeMs === undefined) return undefined;
  const isFit = outcome.status === 'completed' && 'reply' in outcome && mayBeReused(call.request, outcome.reply);
  return isFit ? requestHashOf(call, hash) : undefined;
}

/** @returns the reply that may take the place of a call; undefined: it is made. @param at now, in epoch milliseconds */
export async function earlierReply(
  call: Call,
  at: number,
  { replies, hash }: { readonly replies: Pick<Replies, 'findReply'>; readonly hash: Hash },
): Promise<EarlierReply | undefined> {
  if (call.kind !== 'model' || call.maxAgeMs === undefined) return undefined;
  return replies.findReply(requestHashOf(call, hash), at - call.maxAgeMs);
}

/** The call begins and ends at once: nothing leaves, and nothing is spent. */
export function reused(call: Call, { from, reply }: EarlierReply, hash: Hash): readonly Fact[] {
  const { path, task } = call;
  const outcome = { status: 'completed', reply } as const;
  return [
    { ...callStarted(call, { type: 'grant' }, hash), cached: from },
    { type: 'call-ended', path, task, outcome, spent: { costNanoUsd: 0 } },
  ];
}
