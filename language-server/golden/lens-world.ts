// What the fixture of code lenses is shown with: past runs, and prices that do not change with the table.
import type { SpentOnTask, TaskHistory, TaskPast } from '../protocol/index.ts';
import type { FactsOf } from '../features/worst-case/call.ts';

const spent: SpentOnTask = { inputTokens: 1_000, outputTokens: 200, costNanoUsd: 2_100_000, durationMs: 3_400 };

function past(runs: number, more: Partial<TaskPast['last']> = {}): TaskPast {
  return { runs, last: { ...spent, runId: 'r1', status: 'completed', endedAt: 0, ...more }, mean: spent };
}

export const history: TaskHistory = {
  runs: 5,
  mockRuns: 2,
  tasks: {
    draft: past(5, { value: '"Tea."' }),
    polish: past(1),
    'polish[]/better': past(1, { costNanoUsd: null }),
    decide: { ...past(2, { status: 'failed' }), mean: null },
    note: past(1),
    look: { ...past(3, { inputTokens: 0, outputTokens: 0, costNanoUsd: 0, durationMs: 12 }), mean: null },
  },
};

/** USD for a million tokens: 1 for what is sent, 4 for what is written. */
const price = {
  source: 'fixture',
  model: 'small',
  input: { base: 1_000_000, tiers: [] },
  output: { base: 4_000_000, tiers: [] },
};

export const factsOf: FactsOf = (model) =>
  model === 'openai/small' ? { price, contextWindow: 100_000 } : { price: null };
