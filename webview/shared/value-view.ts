// One value of a run: a text, or JSON, or a reference to something too large to come along unasked.
import { html, nothing, type TemplateResult } from 'lit';
import { type Json, type LargeValue, largeOf } from '../../run/index.ts';
import type { PanelContext } from '../trace/context.ts';
import { iconButton } from './icons.ts';
import { parseStructured, readableText } from './json-text.ts';

/** A value under a heading, with buttons to copy it and to open it in an editor. */
export function valueSection(heading: string, value: Json, context: PanelContext): TemplateResult {
  const large = largeOf(value);
  return large ? largeSection(heading, large, context) : plainSection(heading, value, context);
}

function plainSection(heading: string, value: Json, context: PanelContext): TemplateResult {
  const { text, language } = forReading(value);
  return html`
    <section class="value">
      ${headingRow(heading, nothing, valueActions(text, language, context))}
      <segue-text .text=${text} .language=${language}></segue-text>
    </section>
  `;
}

function largeSection(heading: string, large: LargeValue, context: PanelContext): TemplateResult {
  const loaded = context.store.values.get(large.hash);
  const whole = loaded && loaded.total > 0 && loaded.text.length >= loaded.total;
  if (whole) return plainSection(heading, JSON.parse(loaded.text) as Json, context);
  const text = loaded?.text || large.preview;
  const note = html`<span class="note">${sizeInWords(large.bytes)}, the beginning is shown</span>`;
  return html`
    <section class="value large">
      ${headingRow(heading, note, valueActions(text, 'text', context))}
      <segue-text .text=${text} .language=${'text'}></segue-text>
      <tk-button class="load" ?disabled=${loaded?.loading ?? false} @click=${() => context.load(large.hash)}>
        ${loadLabel(loaded?.loading ?? false, loaded?.text ?? '')} (${sizeInWords(large.bytes)})
      </tk-button>
    </section>
  `;
}

function loadLabel(loading: boolean, text: string): string {
  if (loading) return 'Loading…';
  return text === '' ? 'Load all' : 'Load more';
}

/** A heading with its buttons at the end of the line. */
export function headingRow(heading: string, note: unknown, actions: unknown): TemplateResult {
  return html`<div class="heading"><h3>${heading}</h3>${note}<span class="actions">${actions}</span></div>`;
}

/** Copy, and Open in Editor. */
export function valueActions(text: string, language: string, context: PanelContext): TemplateResult {
  return html`
    ${iconButton('copy', 'Copy', () => context.post({ type: 'copy', text }))}
    ${iconButton('go-to-file', 'Open in Editor', () => context.post({ type: 'open-text', text, language: languageId(language) }))}
  `;
}

/** A text that is JSON reads better as JSON. */
export function forReading(value: Json): { text: string; language: 'json' | 'text' } {
  if (typeof value !== 'string') return { text: readableText(value), language: 'json' };
  const structured = parseStructured(value);
  return structured === undefined
    ? { text: value, language: 'text' }
    : { text: readableText(structured), language: 'json' };
}

function languageId(language: string): string {
  return language === 'json' ? 'json' : 'markdown';
}

function sizeInWords(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
