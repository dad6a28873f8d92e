// The conversation of a task with its model, call by call: what was sent, what came back, what went wrong.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import {
  type CallState,
  formatDuration,
  type LargeValue,
  largeReference,
  type Message,
  type Omitted,
  replyOf,
  type ToolCall,
} from '../../run/index.ts';
import { icon } from '../shared/icons.ts';
import { visibleLine } from '../shared/visible-text.ts';
import { forReading, valueActions, valueSection } from '../shared/value-view.ts';
import type { PanelContext } from './context.ts';
import { failureCard } from './failure-card.ts';
import { durationOf } from './labels.ts';

/** Longer instructions are folded: they are the same in each run. */
const foldedInstructions = 600;

const roles = {
  system: { icon: 'gear', word: 'Instructions' },
  user: { icon: 'account', word: 'Prompt' },
  assistant: { icon: 'sparkle', word: 'Model' },
  tool: { icon: 'tools', word: 'Tool result' },
} as const;

/** The calls to models among `calls`, as one conversation from top to bottom. */
export function conversationView(calls: readonly CallState[], context: PanelContext): TemplateResult {
  const toolNames = namesOfToolCalls(calls);
  return html`<div class="conversation">
    ${repeat(
      calls.filter((call) => call.request?.kind === 'model'),
      (call) => call.path,
      (call) => callView(call, toolNames, context),
    )}
  </div>`;
}

function callView(call: CallState, toolNames: ReadonlyMap<string, string>, context: PanelContext): TemplateResult {
  if (call.request?.kind !== 'model') return html``;
  const { messages, large, omitted } = call.request;
  return html`
    ${omitted ? omittedNote(omitted) : nothing}
    ${large ? largeMessages(large, context) : messages.map((message) => messageView(message, toolNames, context))}
    ${answerView(call, context)}
  `;
}

function omittedNote({ ranges, summary }: Omitted): TemplateResult {
  const count = ranges.reduce((sum, [from, to]) => sum + to - from, 0);
  const [messages, verb] = count === 1 ? ['message', 'is'] : ['messages', 'are'];
  const instead = summary === undefined ? '' : ', but a summary of them';
  return html`<p class="note">${count} earlier ${messages} ${verb} not sent${instead}: the conversation has a bound.</p>`;
}

function largeMessages(large: LargeValue, context: PanelContext): TemplateResult {
  return valueSection('Messages', largeReference(large), context);
}

function answerView(call: CallState, context: PanelContext): TemplateResult | typeof nothing {
  const reply = replyOf(call);
  if (reply?.large) return valueSection('Model', largeReference(reply.large), context);
  if (reply) return replyView(reply.text, reply.toolCalls, callNote(call, context), context);
  if (call.status === 'running') return streamView(call, context);
  if (call.outcome?.status === 'failed') return failureCard(call.outcome.error, context, 'This call failed');
  if (call.waitingFor) return failureCard(call.waitingFor, context, 'This call waits');
  return html`<p class="note">This call was ${call.status}.</p>`;
}

function replyView(text: string, toolCalls: readonly ToolCall[], note: string, context: PanelContext): TemplateResult {
  const { text: shown, language } = forReading(text);
  return html`<article class="message assistant">
    ${messageHeading('assistant', note, shown, language, context)}
    ${shown === '' ? nothing : html`<segue-text .text=${shown} .language=${language}></segue-text>`}
    ${toolCalls.map((call) => toolCallView(call))}
  </article>`;
}

/** What a model says right now; before its first word, that it was asked. */
export function streamView(call: CallState, context: PanelContext): TemplateResult {
  const stream = context.store.streams.get(call.path);
  return html`<article class="message assistant">
    ${messageHeading('assistant', callNote(call, context), stream?.text ?? '', 'text', context)}
    ${stream?.reasoning ? reasoningView(stream.reasoning) : nothing}
    ${
      stream?.text
        ? html`<segue-text .text=${stream.text} .language=${'text'} .live=${true}></segue-text>`
        : html`<p class="note">${stream?.reasoning ? 'Thinking…' : 'Waiting for the first words…'}</p>`
    }
  </article>`;
}

function reasoningView(reasoning: string): TemplateResult {
  return html`<details class="reasoning">
    <summary>Reasoning</summary>
    <segue-text .text=${reasoning} .language=${'text'} .live=${true}></segue-text>
  </details>`;
}

function messageView(message: Message, toolNames: ReadonlyMap<string, string>, context: PanelContext): TemplateResult {
  if (message.role === 'assistant') return replyView(message.content, message.toolCalls ?? [], '', context);
  const { text, language } = forReading(message.content);
  const note = message.role === 'tool' ? toolNote(message, toolNames) : '';
  const body = html`<segue-text .text=${text} .language=${language}></segue-text>`;
  const folded = message.role === 'system' && text.length > foldedInstructions;
  return html`<article class="message ${message.role}">
    ${messageHeading(message.role, note, text, language, context)}
    ${folded ? html`<details><summary>${firstLine(text)}</summary>${body}</details>` : body}
  </article>`;
}

function messageHeading(
  role: Message['role'],
  note: string,
  text: string,
  language: string,
  context: PanelContext,
): TemplateResult {
  return html`<div class="heading">
    <h3>${icon(roles[role].icon)} ${roles[role].word}</h3>
    <span class="note">${note}</span>
    <span class="actions">${text === '' ? nothing : valueActions(text, language, context)}</span>
  </div>`;
}

function toolCallView(call: ToolCall): TemplateResult {
  const { text, language } = forReading(call.arguments);
  return html`<div class="tool-call">
    <div class="tool-call-name">${icon('tools')} calls <code>${visibleLine(call.name)}</code></div>
    <segue-text .text=${text} .language=${language}></segue-text>
    ${call.invalid === undefined ? nothing : html`<p class="invalid">These arguments are not JSON: ${visibleLine(call.invalid)}</p>`}
  </div>`;
}

function callNote(call: CallState, context: PanelContext): string {
  const model = call.request?.kind === 'model' ? call.request.model : '';
  const duration = durationOf(call, context.state, context.nowMs);
  const attempt = call.attempt > 1 ? `attempt ${call.attempt}` : '';
  const finish = replyOf(call)?.finishReason === 'length' ? 'cut off at the token limit' : '';
  return [model, attempt, duration === undefined ? '' : formatDuration(duration), finish].filter(Boolean).join(' · ');
}

function toolNote(message: Extract<Message, { role: 'tool' }>, toolNames: ReadonlyMap<string, string>): string {
  const name = toolNames.get(message.toolCallId) ?? '';
  return message.isError ? `${name} · failed` : name;
}

function namesOfToolCalls(calls: readonly CallState[]): ReadonlyMap<string, string> {
  const toolCalls = calls.flatMap((call) => replyOf(call)?.toolCalls ?? []);
  return new Map(toolCalls.map(({ id, name }) => [id, visibleLine(name)]));
}

function firstLine(text: string): string {
  const line = visibleLine(text.slice(0, 200));
  return line.length > 90 ? `${line.slice(0, 90)}…` : line;
}
