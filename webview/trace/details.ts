// Everything about the chosen task or call, in tabs.
import { html, nothing, type TemplateResult } from 'lit';
import {
  type CallState,
  formatCost,
  formatDuration,
  type GateState,
  type Json,
  type JsonObject,
  openQuestions,
  replyOf,
  type TaskState,
  type TreeNode,
} from '../../run/index.ts';
import { icon, iconButton, statusIcon, statusWord } from '../shared/icons.ts';
import { headingRow, valueActions, valueSection } from '../shared/value-view.ts';
import { visibleText } from '../shared/visible-text.ts';
import type { PanelContext } from './context.ts';
import { conversationView, streamView } from './conversation.ts';
import { factList, nodeFacts } from './facts.ts';
import { failureCard } from './failure-card.ts';
import { descriptionOf, durationOf, hasSpent, labelOf, tokensInShort } from './labels.ts';
import type { TabName } from './view-state.ts';

interface Subject {
  readonly node: TreeNode;
  /** The task, or the task of the call. Undefined while it has not begun. */
  readonly task: TaskState | undefined;
  /** Set if a call was chosen. */
  readonly call: CallState | undefined;
  readonly calls: readonly CallState[];
}

const tabWords: { readonly [tab in TabName]: string } = {
  output: 'Output',
  conversation: 'Messages',
  input: 'Input',
  error: 'Error',
  details: 'Details',
  raw: 'JSON',
};

/** Title, tabs and the open tab of one node of the tree. */
export function details(node: TreeNode, context: PanelContext): TemplateResult {
  const subject = subjectOf(node, context);
  const tabs = tabsOf(subject);
  const open = openTab(tabs, subject, context.view.tab);
  return html`
    ${titleView(subject, context)}
    <div class="tabs" role="tablist" aria-label="Parts of ${labelOf(node)}" @keydown=${moveTab}>
      ${tabs.map((tab) => tabButton(tab, tab === open, context))}
    </div>
    <div class="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby="tab-${open}">
      ${tabView(open, subject, context)}
    </div>
  `;
}

function subjectOf(node: TreeNode, { state }: PanelContext): Subject {
  const call = node.kind === 'call' ? state.calls.get(node.path) : undefined;
  const task = state.tasks.get(call ? call.task : node.path);
  return { node, task, call, calls: call ? [call] : (task?.calls ?? []) };
}

function tabsOf({ node, task, calls }: Subject): readonly TabName[] {
  const talks = calls.some((call) => call.request?.kind === 'model');
  const takesInput = inputsOf({ node, task, calls, call: undefined }).length > 0;
  const failed = node.error !== undefined || (task?.errors?.length ?? 0) > 0;
  return [
    'output',
    ...(failed ? (['error'] as const) : []),
    ...(talks ? (['conversation'] as const) : []),
    ...(takesInput ? (['input'] as const) : []),
    'details',
    'raw',
  ];
}

/** The tab the reader likes, if it is there; an error comes first. */
function openTab(tabs: readonly TabName[], { node }: Subject, wanted: TabName | undefined): TabName {
  if (wanted !== undefined && wanted !== 'output' && tabs.includes(wanted)) return wanted;
  return node.status === 'failed' && tabs.includes('error') ? 'error' : 'output';
}

function titleView({ node }: Subject, context: PanelContext): TemplateResult {
  const { state, nowMs, post } = context;
  const duration = durationOf(node, state, nowMs);
  const spent = hasSpent(node.totals);
  const figures = [
    statusWord(node.status),
    descriptionOf(node),
    duration === undefined ? '' : formatDuration(duration),
    spent ? `${tokensInShort(node.totals)} tokens` : '',
    spent ? formatCost(node.totals.costNanoUsd, node.totals.costKnown) : '',
  ];
  const { range } = node;
  return html`<div class="title">
    <h2>${statusIcon(node.status)} ${labelOf(node)}</h2>
    <span class="actions">
      ${range ? iconButton('code', `Show in file, line ${range.startLine + 1}`, () => post({ type: 'reveal', range })) : nothing}
    </span>
    <p class="note">${figures.filter(Boolean).join(' · ')}</p>
  </div>`;
}

function tabButton(tab: TabName, open: boolean, context: PanelContext): TemplateResult {
  return html`<button
    type="button"
    role="tab"
    id="tab-${tab}"
    aria-selected=${open}
    aria-controls=${open ? 'tab-panel' : nothing}
    tabindex=${open ? 0 : -1}
    @click=${() => context.change({ tab })}
  >
    ${tab === 'error' ? icon('error', 'status-failed') : nothing}${tabWords[tab]}
  </button>`;
}

/** Arrow keys, Home and End move between the tabs and open them. */
function moveTab(event: KeyboardEvent): void {
  if (!(event.currentTarget instanceof HTMLElement) || !(event.target instanceof HTMLElement)) return;
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')];
  const at = tabs.indexOf(event.target);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const tab = tabs.at(next % tabs.length);
  tab?.focus();
  tab?.click();
}

function tabView(tab: TabName, subject: Subject, context: PanelContext): TemplateResult {
  switch (tab) {
    case 'output':
      return outputView(subject, context);
    case 'conversation':
      return conversationView(subject.calls, context);
    case 'input':
      return html`${inputsOf(subject).map(([name, value]) => valueSection(name, value, context))}`;
    case 'error':
      return errorView(subject, context);
    case 'details':
      return factList(nodeFacts(subject.node, subject.task, subject.call, context), context);
    case 'raw':
      return rawView(subject, context);
  }
}

function outputView(subject: Subject, context: PanelContext): TemplateResult {
  const { task, call, calls } = subject;
  if (call) return callOutput(call, context);
  const speaking = calls.filter((each) => each.status === 'running' && each.request?.kind === 'model');
  if (speaking.length > 0) return html`${speaking.map((each) => streamView(each, context))}`;
  const printing = calls.filter((each) => each.status === 'running' && context.store.streams.has(each.path));
  if (printing.length > 0) return html`${printing.map((each) => printedView(each, context))}`;
  const gaps = task?.partial === undefined ? nothing : valueSection('Finished elements', task.partial, context);
  const output =
    task?.output === undefined
      ? html`<p class="empty">${noOutputYet(subject, context)}</p>
          ${gaps}`
      : valueSection('Output', task.output, context);
  return html`${output} ${gateView(task?.gates)}
  ${besideOutput(task?.details, context)}`;
}

/** What a pattern has to say; what its gate came to stands above. */
function besideOutput(details: JsonObject | undefined, context: PanelContext): TemplateResult | typeof nothing {
  const { gate: _, ...others } = details ?? {};
  return Object.keys(others).length === 0 ? nothing : valueSection('Beside the output', others, context);
}

/** What a gate said of each try. */
function gateView(gates: readonly GateState[] | undefined): TemplateResult | typeof nothing {
  if (!gates) return nothing;
  return html`<section class="gates">
    <h3>Gate</h3>
    <ol>
      ${gates.map(
        ({ round, passed, score, feedback }) => html`<li value=${round}>
          ${icon(passed ? 'pass' : 'error', passed ? 'status-completed' : 'status-failed')}
          ${passed ? 'Passed' : 'Missed'}${score === undefined ? '' : `, score ${score}`}
          ${feedback ? html`<p class="note" dir="auto">${visibleText(feedback)}</p>` : nothing}
        </li>`,
      )}
    </ol>
  </section>`;
}

function callOutput(call: CallState, context: PanelContext): TemplateResult {
  if (call.status === 'running' && call.request?.kind === 'model') return streamView(call, context);
  if (call.outcome?.status === 'completed' && 'output' in call.outcome) {
    return valueSection('Result', call.outcome.output, context);
  }
  if (replyOf(call)) return conversationView([{ ...call, request: withoutMessages(call) }], context);
  if (call.status === 'running') return printedView(call, context);
  return html`<p class="empty">This call was ${call.status}.</p>`;
}

/** What a tool prints while it works. */
function printedView(call: CallState, context: PanelContext): TemplateResult {
  const text = context.store.streams.get(call.path)?.text ?? '';
  if (text === '') return html`<p class="empty">The tool is at work.</p>`;
  return html`<segue-text .text=${text} .language=${'text'} .live=${true}></segue-text>`;
}

/** The reply alone: what was sent is in the tab beside. */
function withoutMessages(call: CallState): NonNullable<CallState['request']> {
  const { request } = call;
  if (request?.kind !== 'model') throw new Error(`Only a model call has a reply, and ${call.path} is none.`);
  const { large: _, ...rest } = request;
  return { ...rest, messages: [] };
}

function noOutputYet({ node, task }: Subject, { state }: PanelContext): string {
  if (openQuestions(state).some((question) => question.task === node.path)) return 'Waits for your answer, above.';
  const waits = task?.calls.find((call) => call.status === 'waiting')?.waitingFor;
  if (waits) return `Waits: ${waits.message}`;
  switch (node.status) {
    case 'pending':
      return state.ended ? 'This task never began.' : 'This task has not begun.';
    case 'running':
    case 'waiting':
      return node.children.length > 0 ? 'At work: see the rows below it.' : 'At work.';
    case 'failed':
      return 'There is no output, because the task failed.';
    case 'skipped':
      return `Skipped${node.reason ? `: ${node.reason.replaceAll('_', ' ')}` : ''}.`;
    case 'cancelled':
      return 'Cancelled before it was done.';
    case 'completed':
      return 'Completed without an output.';
  }
}

function inputsOf({ task, calls, node }: Subject): readonly (readonly [string, Json])[] {
  const own = node.kind === 'call' ? calls.find((call) => call.path === node.path)?.request : undefined;
  if (node.kind === 'call') return own?.kind === 'tool' ? [['Arguments', own.input]] : [];
  return [
    ...(task?.item ? [[`Element ${task.item.index}`, task.item.value] as const] : []),
    ...(task?.input !== undefined ? [['Input', task.input] as const] : []),
  ];
}

function errorView({ node, task }: Subject, context: PanelContext): TemplateResult {
  const { state, post } = context;
  const canResume = state.ended === 'failed' || state.ended === 'cancelled';
  return html`
    ${node.error ? failureCard(node.error, context) : nothing}
    ${(task?.errors ?? []).map(({ index, branch, error }) =>
      failureCard(error, context, `${branch === undefined ? `Element ${index}` : `Branch ${branch}`} failed`),
    )}
    ${
      canResume
        ? html`<p class="buttons">
            <tk-button appearance="secondary" @click=${() => post({ type: 'resume' })}>Resume Run</tk-button>
            <span class="note">Finished tasks keep their outputs; this one begins again.</span>
          </p>`
        : nothing
    }
  `;
}

function rawView({ node, task, call }: Subject, context: PanelContext): TemplateResult {
  const text = JSON.stringify(call ?? task ?? { path: node.path, status: node.status }, null, 2);
  return html`<section class="value">
    ${headingRow(call ? 'The call, as recorded' : 'The task, as recorded', nothing, valueActions(text, 'json', context))}
    <segue-text .text=${text} .language=${'json'}></segue-text>
  </section>`;
}
