// What past runs say of a task, in words: a line for a code lens, Markdown for a hover.
import { formatCost, formatDuration, formatTokens } from '../../figures/index.ts';
import type { LastOfTask, SpentOnTask, TaskHistory, TaskPast } from '../protocol/index.ts';
import { fenced } from './markdown.ts';

/** How much of a value a hover shows, in UTF-16 units. */
const maxShown = 400;

/** @returns `last $0.0021 · 1.2k tokens · 3.4 s · mean $0.0020 (5 runs)` */
export function pastInOneLine({ runs, last, mean }: TaskPast): string {
  const parts = ['last', spentInWords(last)];
  const ended = last.status === 'completed' ? '' : ` · ${last.status}`;
  const usual = mean && runs > 1 ? ` · mean ${spentInWords(mean)} (${runs} runs)` : '';
  return `${parts.join(' ')}${ended}${usual}`;
}

/** @returns paragraphs of Markdown: the last value, then what it took */
export function pastInMarkdown(past: TaskPast): string {
  const { last } = past;
  const value = last.value === undefined ? [] : [`Last value:\n\n${fenced(shown(last), 'json')}`];
  return [...value, `Past runs: ${pastInOneLine(past)}`].join('\n\n');
}

/** @returns what is to be known of the runs themselves; undefined: nothing that would surprise */
export function pastOfFile({ runs, mockRuns }: TaskHistory): string | undefined {
  if (mockRuns === 0) return undefined;
  const mocked = `${mockRuns} run${mockRuns === 1 ? '' : 's'} on mock models`;
  return runs === 0 ? `${mocked}, none on others` : `${mocked} not counted`;
}

/** A task that asks no model has no cost to tell of. */
function spentInWords({ inputTokens, outputTokens, costNanoUsd, durationMs }: SpentOnTask): string {
  const tokens = inputTokens + outputTokens;
  if (tokens === 0 && costNanoUsd === 0) return formatDuration(durationMs);
  const cost = costNanoUsd === null ? 'cost unknown' : formatCost(costNanoUsd);
  return [cost, `${formatTokens(tokens)} tokens`, formatDuration(durationMs)].join(' · ');
}

function shown({ value = '', isShortened }: LastOfTask): string {
  const isCut = value.length > maxShown;
  return isCut || isShortened ? `${value.slice(0, maxShown)}${isCut ? ' …' : ''}` : value;
}
