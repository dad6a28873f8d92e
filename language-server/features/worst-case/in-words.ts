// A worst case in words: a line for a code lens, and Markdown that says how it comes about.
import { formatCost, formatTokens } from '../../../figures/index.ts';
import type { Bound } from './bound.ts';
import type { Cost, WorstCase, WorstCases } from './index.ts';

/** Levels and lines of an explanation: enough to see where the money would go. */
const limits = { depth: 5, lines: 200, reasons: 10 };

/**
 * @param eachTime whether the task may begin several times in one run
 * @returns `worst case $0.12`, `worst case unknown: no price is known for local/judge`
 */
export function worstInOneLine({ nanoUsd }: Cost, eachTime: boolean): string {
  const each = eachTime ? ' each time' : '';
  const [reason, ...others] = nanoUsd.open;
  if (reason === undefined) return `worst case ${formatCost(nanoUsd.known)}${each}`;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  const rest = nanoUsd.known > 0 ? `; the rest ${formatCost(nanoUsd.known)}${each}` : '';
  return `worst case unknown: ${reason}${more}${rest}`;
}

/** @returns Markdown about a task */
export function explainTask(worst: WorstCase, eachTime: boolean): string {
  return explained(`Worst case of \`${worst.name}\``, worst.cost, eachTime, [worst]);
}

/** @returns Markdown about a whole file */
export function explainFile(name: string, { file, tasks }: WorstCases): string {
  return explained(`Worst case of ${name}`, file, false, tasks);
}

function explained(title: string, cost: Cost, eachTime: boolean, tasks: readonly WorstCase[]): string {
  const lines = tasks.flatMap((task) => linesOf(task, 0));
  const shown = lines.slice(0, limits.lines);
  const left = lines.length > shown.length ? [`- … and ${lines.length - shown.length} more`] : [];
  return [
    `# ${title}`,
    `**${sentence(worstInOneLine(cost, eachTime))}**`,
    `Model calls: ${inWords(cost.calls, String)}. Tokens: ${inWords(cost.tokens, formatTokens)}.`,
    ...reasonsOf(cost),
    '## How it comes about',
    [...shown, ...left].join('\n'),
    '## What it counts',
    `Every turn, attempt, round and try is taken, each sends as much as it can and is answered at the limit of its output. What is sent counts a token for each byte, and never more than the window of the model. Prices are those of today's table. It holds for one run that goes through: whoever resumes it gives it more rounds, and a call that is lost when an engine falls is made again. What tools cost by themselves is not known.`,
  ].join('\n\n');
}

function linesOf({ name, how, cost, inside, path }: WorstCase, depth: number): readonly string[] {
  if (cost.calls.known === 0 && cost.calls.open.length === 0) return [];
  const label = name === '' ? path : name;
  const line = `${'  '.repeat(depth)}- \`${label}\`: ${how} – ${inWords(cost.nanoUsd, formatCost)}`;
  return [line, ...(depth < limits.depth ? inside.flatMap((one) => linesOf(one, depth + 1)) : [])];
}

function reasonsOf({ nanoUsd, tokens }: Cost): readonly string[] {
  const reasons = [...new Set([...nanoUsd.open, ...tokens.open])];
  if (reasons.length === 0) return [];
  const shown = reasons.slice(0, limits.reasons).map((reason) => `- ${reason}`);
  const left = reasons.length > shown.length ? [`- … and ${reasons.length - shown.length} more`] : [];
  return [`There is no upper bound, because:\n\n${[...shown, ...left].join('\n')}`];
}

function inWords({ known, open }: Bound, format: (value: number) => string): string {
  if (open.length === 0) return `at most ${format(known)}`;
  return known > 0 ? `no upper bound (what has one: ${format(known)})` : 'no upper bound';
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
