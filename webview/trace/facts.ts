// Small facts in two columns: times, tokens, ids.
import { html, nothing, type TemplateResult } from 'lit';
import {
  type CallState,
  formatCost,
  formatDuration,
  type RunState,
  shortRunId,
  spanIdOf,
  type TaskState,
  type Totals,
  traceIdOf,
  type TreeNode,
} from '../../run/index.ts';
import { iconButton, statusWord } from '../shared/icons.ts';
import { visibleLine } from '../shared/visible-text.ts';
import type { PanelContext } from './context.ts';
import { durationOf, hasSpent } from './labels.ts';

/** Name and value; ids can be copied. Facts without a value are left out. */
export interface Fact {
  readonly name: string;
  readonly value: string | undefined;
  readonly copies?: boolean;
}

/** A list of names and values. */
export function factList(facts: readonly Fact[], context: PanelContext): TemplateResult {
  return html`<dl class="facts">
    ${facts.map(({ name, value, copies }) => {
      if (value === undefined || value === '') return nothing;
      const copy = () => context.post({ type: 'copy', text: value });
      return html`<dt>${name}</dt>
        <dd dir="auto">
          <span class=${copies ? 'id' : ''}>${visibleLine(value)}</span>
          ${copies ? iconButton('copy', `Copy ${name.toLowerCase()}`, copy) : nothing}
        </dd>`;
    })}
  </dl>`;
}

/** All that is known about a task or a call besides what went in and came out. */
export function nodeFacts(
  node: TreeNode,
  task: TaskState | undefined,
  call: CallState | undefined,
  context: PanelContext,
): readonly Fact[] {
  const { state, nowMs } = context;
  const duration = durationOf(node, state, nowMs);
  const calls = call ? [call] : (task?.calls ?? []);
  return [
    { name: 'State', value: [statusWord(node.status), node.reason?.replaceAll('_', ' ')].filter(Boolean).join(', ') },
    { name: 'Type', value: node.kind === 'call' ? `${node.type} call` : node.type },
    { name: 'Role', value: node.role },
    { name: 'Note', value: node.note },
    { name: 'Agent', value: node.agent },
    { name: 'File', value: node.workflow },
    { name: node.type === 'tool' ? 'Tool' : 'Model', value: node.target ?? modelsOf(calls) },
    { name: 'Answer of', value: call?.cached && earlierCall(call.cached) },
    { name: 'Started', value: timeOfDay(node.startedAt) },
    { name: 'Ended', value: timeOfDay(node.endedAt) },
    { name: 'Duration', value: duration === undefined ? undefined : formatDuration(duration) },
    { name: 'Attempt', value: call && String(call.attempt) },
    { name: 'Round', value: (task?.round ?? 1) > 1 && !call ? String(task?.round) : undefined },
    ...spentFacts(
      node.totals,
      calls.some((each) => each.spent?.estimated === true),
    ),
    ...idFacts(node.path, state),
  ];
}

/** `run 1a2b3c4d, draft/turn[1]#1, Nov 21, 14:03:09.120`: where a cached reply comes from. */
function earlierCall({ run, call, at }: NonNullable<CallState['cached']>): string {
  return [`run ${shortRunId(run)}`, call, timeOfDay(at)].join(', ');
}

/** Tokens by kind, and what they cost. */
export function spentFacts(totals: Totals, estimated: boolean): readonly Fact[] {
  if (!hasSpent(totals)) return [];
  const count = (tokens: number) => (tokens > 0 ? tokens.toLocaleString('en-US') : undefined);
  return [
    { name: 'Input tokens', value: totals.inputTokens.toLocaleString('en-US') },
    { name: 'of these cached', value: count(totals.cachedInputTokens) },
    { name: 'Output tokens', value: totals.outputTokens.toLocaleString('en-US') },
    { name: 'of these reasoning', value: count(totals.reasoningTokens) },
    { name: 'Cost', value: formatCost(totals.costNanoUsd, totals.costKnown) + (estimated ? ' (estimated)' : '') },
  ];
}

function idFacts(path: string, state: RunState): readonly Fact[] {
  return [
    { name: 'Path', value: path, copies: true },
    { name: 'Trace id', value: traceIdOf(state.runId), copies: true },
    { name: 'Span id', value: spanIdOf(state.runId, path), copies: true },
  ];
}

function modelsOf(calls: readonly CallState[]): string | undefined {
  const models = calls.map((call) => (call.request?.kind === 'model' ? call.request.model : undefined));
  return [...new Set(models.filter((model) => model !== undefined))].join(', ') || undefined;
}

/** `Nov 21, 14:03:09.120` in the reader's own language and zone. */
export function timeOfDay(atMs: number | undefined): string | undefined {
  if (atMs === undefined) return undefined;
  return new Date(atMs).toLocaleString(undefined, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  });
}
