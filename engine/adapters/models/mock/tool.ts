import type { Outcome } from '../../../../run/index.ts';
import type { Clock } from '../../../ports/index.ts';
import type { MockAnswer } from './choose.ts';
import { mockFailure } from './failure.ts';

/** What comes of a tool call that a mock entry answers. @param tool the tool's name */
export async function mockToolOutcome(
  answer: MockAnswer,
  tool: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Outcome> {
  if (answer.delayMs) await clock.sleep(answer.delayMs, signal);
  if (signal.aborted) return { status: 'cancelled' };
  if (answer.error) return { status: 'failed', error: mockFailure(answer.error, `The tool ${tool}`) };
  return { status: 'completed', output: answer.reply ?? null };
}
