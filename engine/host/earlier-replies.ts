// Earlier replies as a run may use them: whole, and never a reason for it to fail.
import type { Logger } from 'pino';
import { fill, type RunEvent } from '../../run/index.ts';
import type { EarlierReply, EventLog, Replies } from '../ports/index.ts';

/** Finds replies with their large values put back. One that can not be read counts as not there: the call is made. */
export function earlierReplies(
  replies: Replies,
  log: Pick<EventLog, 'load'>,
  logger: Logger,
): Pick<Replies, 'findReply'> {
  return {
    async findReply(requestHash, sinceMs) {
      try {
        const found = await replies.findReply(requestHash, sinceMs);
        return found && (await whole(found, log));
      } catch (error) {
        logger.warn({ err: error }, 'an earlier reply could not be read');
        return undefined;
      }
    },
  };
}

async function whole({ from, reply }: EarlierReply, log: Pick<EventLog, 'load'>): Promise<EarlierReply | undefined> {
  const outcome = { status: 'completed', reply } as const;
  const event: RunEvent = { type: 'call-ended', path: from.call, task: '', outcome, seq: 1, at: from.at };
  const filled = await fill(event, (hash) => log.load(hash));
  const isReply = filled.type === 'call-ended' && filled.outcome.status === 'completed' && 'reply' in filled.outcome;
  return isReply && 'reply' in filled.outcome ? { from, reply: filled.outcome.reply } : undefined;
}
