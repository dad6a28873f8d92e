// One question to a person: options, a form, a tool that wants to act, or a call of which nobody knows the end.
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Json, OpenQuestion, Question } from '../../run/index.ts';
import { icon } from '../shared/icons.ts';
import { readableText } from '../shared/json-text.ts';
import { visibleLine, visibleText } from '../shared/visible-text.ts';
import { fieldView } from './field-view.ts';
import { type Draft, type Drafts, fieldsOf, valueOf } from './schema-fields.ts';

type Of<Kind extends Question['kind']> = Extract<Question, { kind: Kind }>;

export class QuestionForm extends LitElement {
  static override properties = {
    question: { attribute: false },
    sending: { attribute: false },
    drafts: { state: true },
    problems: { state: true },
  };
  declare question: OpenQuestion | undefined;
  /** The answer is on its way. */
  declare sending: boolean;
  declare drafts: Drafts;
  declare problems: { readonly [name: string]: string };
  answer: (question: string, answer: Json) => void = () => {};

  constructor() {
    super();
    this.sending = false;
    this.drafts = {};
    this.problems = {};
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('question');
    if (before && before.id !== this.question?.id) {
      this.drafts = {};
      this.problems = {};
    }
  }

  /** Puts the keyboard into the first control. */
  override focus(): void {
    this.querySelector<HTMLElement>('tk-text-field, tk-text-area, tk-dropdown, tk-checkbox, tk-button')?.focus();
  }

  protected override render(): TemplateResult {
    const asked = this.question;
    if (!asked) return html``;
    const { question, task } = asked;
    return html`<section class="question-card" aria-labelledby="question-heading">
      <h2 id="question-heading">${icon('question', 'status-waiting')} ${headings[question.kind]}</h2>
      <p class="asked" dir="auto">${visibleText(question.message)}</p>
      ${this.body(question)}
      <p class="note">Asked by ${visibleLine(task)}${this.sending ? ' · sending your answer…' : ''}</p>
    </section>`;
  }

  private body(question: Question): TemplateResult {
    switch (question.kind) {
      case 'options':
        return this.options(question);
      case 'form':
        return this.form(question);
      case 'approve_tool':
        return this.approval(question);
      case 'lost_call':
        return this.lostCall(question);
    }
  }

  private options({ options }: Of<'options'>): TemplateResult {
    return html`<div class="buttons">
      ${options.map((option, index) => this.button(visibleLine(option), option, index === 0))}
    </div>`;
  }

  private form({ form }: Of<'form'>): TemplateResult {
    const fields = fieldsOf(form);
    const send = () => {
      const parsed = valueOf(fields, this.drafts);
      this.problems = parsed.ok ? {} : parsed.problems;
      if (parsed.ok) this.send(parsed.value);
      else void this.updateComplete.then(() => this.querySelector<HTMLElement>('[data-problem]')?.focus());
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
    };
    return html`<div class="fields" @keydown=${onKey}>
        ${fields.map((field) =>
          fieldView(field, {
            draft: this.drafts[field.name] ?? field.initial,
            problem: this.problems[field.name],
            disabled: this.sending,
            change: (draft) => this.edit(field.name, draft),
          }),
        )}
      </div>
      <div class="buttons">
        <tk-button ?disabled=${this.sending} @click=${send}>Send Answer</tk-button>
        <span class="note">or Ctrl+Enter</span>
      </div>`;
  }

  private approval({ tool, input }: Of<'approve_tool'>): TemplateResult {
    return html`
      ${toolView(tool, input)}
      <div class="buttons">
        ${this.button('Allow once', 'allow', true)} ${this.button('Allow for this run', 'allow_all', false)}
        ${this.button('Deny', 'deny', false)}
      </div>
      <ul class="explanations">
        <li><strong>Allow once</strong> makes this one call.</li>
        <li><strong>Allow for this run</strong> does not ask again about <code>${visibleLine(tool)}</code> in this run.</li>
        <li><strong>Deny</strong> makes no call; the task hears that it was refused.</li>
      </ul>
    `;
  }

  private lostCall({ tool, input, call }: Of<'lost_call'>): TemplateResult {
    const done = () => this.answerDone();
    return html`
      ${toolView(tool, input)}
      <p class="note">
        The engine stopped while <code>${visibleLine(call)}</code> was under way. The tool may or may not have acted, and
        acting twice could do harm. Please look, then say how to go on.
      </p>
      <div class="fields">
        ${fieldView(lostOutput, {
          draft: this.drafts[lostOutput.name] ?? '',
          problem: this.problems[lostOutput.name],
          disabled: this.sending,
          change: (draft) => this.edit(lostOutput.name, draft),
        })}
      </div>
      <div class="buttons">
        ${this.button('Repeat', 'repeat', false)}
        <tk-button appearance="secondary" ?disabled=${this.sending} @click=${done}>It was done</tk-button>
        ${this.button('Fail', 'fail', false)}
      </div>
      <ul class="explanations">
        <li><strong>Repeat</strong> makes the call again: choose this if nothing happened.</li>
        <li><strong>It was done</strong> goes on without calling, with the result above if you know it.</li>
        <li><strong>Fail</strong> lets the call fail; the task's own rules say what follows.</li>
      </ul>
    `;
  }

  private answerDone(): void {
    const parsed = valueOf([lostOutput], this.drafts);
    this.problems = parsed.ok ? {} : parsed.problems;
    if (parsed.ok) this.send(this.drafts[lostOutput.name] ? { answer: 'done', output: parsed.value } : 'done');
  }

  private button(word: string, answer: Json, primary: boolean): TemplateResult {
    return html`<tk-button
      appearance=${primary ? 'primary' : 'secondary'}
      ?disabled=${this.sending}
      @click=${() => this.send(answer)}
      >${word}</tk-button
    >`;
  }

  private edit(name: string, draft: Draft): void {
    this.drafts = { ...this.drafts, [name]: draft };
    const { [name]: _, ...problems } = this.problems;
    this.problems = problems;
  }

  private send(answer: Json): void {
    if (this.question && !this.sending) this.answer(this.question.id, answer);
  }
}

const headings: { readonly [kind in Question['kind']]: string } = {
  options: 'Your decision is needed',
  form: 'Your input is needed',
  approve_tool: 'A tool asks for permission',
  lost_call: 'Was this done?',
};

/** What a lost call gave, if the person knows: JSON, or left empty. */
const lostOutput = {
  name: '',
  label: 'Result of the call, if it was done (JSON, may stay empty)',
  description: '',
  control: 'json',
  required: false,
  choices: [],
  schema: {},
  initial: '',
} as const;

function toolView(tool: string, input: Json): TemplateResult {
  const text = readableText(input);
  return html`<div class="tool-call">
    <div class="tool-call-name">${icon('tools')} <code>${visibleLine(tool)}</code> ${input === null ? nothing : 'with'}</div>
    <segue-text .text=${text} .language=${typeof input === 'string' ? 'text' : 'json'}></segue-text>
  </div>`;
}
