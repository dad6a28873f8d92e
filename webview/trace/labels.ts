// What rows are called and what they say, in one place for the tree and the details.
import {
  formatCost,
  formatDuration,
  formatTokens,
  type RunState,
  type Totals,
  type TreeNode,
} from '../../run/index.ts';
import { statusWord } from '../shared/icons.ts';
import { visibleLine } from '../shared/visible-text.ts';

/** `Turn 2`, `calculator`, `Turn 1, repair` for calls; the task's own label otherwise. */
export function labelOf(node: TreeNode): string {
  return node.kind === 'call' ? callLabel(node) : visibleLine(node.label);
}

function callLabel(node: TreeNode): string {
  if (node.type === 'tool') return visibleLine(node.target ?? node.label);
  const turn = /turn\[(\d+)\]/.exec(node.label)?.[1];
  if (turn === undefined) return visibleLine(node.label);
  const parts = node.label.replace(/#\d+$/, '').split('/').slice(1);
  return [`Turn ${turn}`, ...parts].join(', ');
}

/** What stands dimly behind the label: the agent, the tool or the model, and which attempt it is. */
export function descriptionOf(node: TreeNode): string {
  const parts =
    node.kind === 'call' ? [node.type === 'tool' ? 'tool call' : node.target] : [...doerOf(node), node.note];
  const attempt = (node.attempt ?? 1) > 1 ? `attempt ${node.attempt}` : undefined;
  const reason = node.reason?.replaceAll('_', ' ');
  return [...parts, attempt, reason]
    .filter((part) => part !== undefined)
    .map(visibleLine)
    .join(' · ');
}

/** What it is, and agent or file; and the model where a fallback answered. What the label says already is left out. */
function doerOf({ label, role, type, agent, workflow, answeredBy }: TreeNode): readonly (string | undefined)[] {
  const isSaid = role !== undefined && (label === role || label.startsWith(`${role} `));
  // What is tried, and by whom, is said where the tries are.
  const isTry = role === 'try';
  const work = isTry || type === 'graph' || (role !== undefined && agent !== undefined) ? undefined : type;
  return [
    isSaid || role === 'element' ? undefined : role,
    work,
    isTry || agent === label ? undefined : agent,
    workflow,
    answeredBy === undefined ? undefined : `answered by ${answeredBy}`,
  ];
}

/** Milliseconds from the start to the end, or to now; undefined before the start. */
export function durationOf(
  node: { readonly startedAt?: number | undefined; readonly endedAt?: number | undefined },
  state: RunState,
  nowMs: number,
): number | undefined {
  if (node.startedAt === undefined) return undefined;
  // A task that the end of the run left open has lasted until then.
  return Math.max(0, (node.endedAt ?? state.endedAt ?? nowMs) - node.startedAt);
}

/** True if a model was asked, so that tokens and cost say something. */
export function hasSpent(totals: Totals): boolean {
  return totals.inputTokens + totals.outputTokens + totals.costNanoUsd > 0 || !totals.costKnown;
}

/** `1,204 tokens in, 312 out`. */
export function tokensInWords(totals: Totals): string {
  const [input, output] = [totals.inputTokens, totals.outputTokens].map((count) => count.toLocaleString('en-US'));
  return `${input} tokens in, ${output} out`;
}

/** The whole row in words, for its tooltip. */
export function rowInWords(node: TreeNode, state: RunState, nowMs: number): string {
  const duration = durationOf(node, state, nowMs);
  return [
    labelOf(node),
    descriptionOf(node),
    statusWord(node.status),
    hasSpent(node.totals) ? tokensInWords(node.totals) : '',
    hasSpent(node.totals) ? `cost ${formatCost(node.totals.costNanoUsd, node.totals.costKnown)}` : '',
    duration === undefined ? '' : formatDuration(duration),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** Both kinds of tokens in one short figure. */
export function tokensInShort(totals: Totals): string {
  return formatTokens(totals.inputTokens + totals.outputTokens);
}

/** A cost that fits into a narrow column. */
export function costInShort(totals: Totals): string {
  if (totals.costKnown) return formatCost(totals.costNanoUsd);
  return totals.costNanoUsd === 0 ? 'unknown' : `${formatCost(totals.costNanoUsd)} + ?`;
}
