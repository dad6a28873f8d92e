// A text of any length, shown so that it can do no harm: as text nodes only, with what is unseen made visible, and
// never more at once than a page can lay out quickly.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { jsonTokens } from './json-text.ts';
import { visibleText } from './visible-text.ts';

const firstLength = 20_000;
const moreLength = 200_000;
/** Longer JSON is shown without colours: each colour is an element. */
const colouredLength = 40_000;
/** While a text streams, only its end is drawn: that is where something happens. */
const streamedLength = 24_000;

export class LongText extends LitElement {
  static override properties = {
    text: { attribute: false },
    language: { attribute: false },
    live: { attribute: false },
    limit: { state: true },
  };
  declare text: string;
  /** `json` is coloured. */
  declare language: 'json' | 'text';
  /** The text is still growing. */
  declare live: boolean;
  declare limit: number;

  constructor() {
    super();
    this.text = '';
    this.language = 'text';
    this.live = false;
    this.limit = firstLength;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    if (this.live) return this.liveView();
    const shown = visibleText(this.text.slice(0, this.limit));
    const rest = this.text.length - this.limit;
    return html`
      <pre class="text" dir="auto">${this.language === 'json' && shown.length <= colouredLength ? coloured(shown) : shown}</pre>
      ${rest > 0 ? this.moreButton(rest) : nothing}
    `;
  }

  private liveView(): TemplateResult {
    const hidden = this.text.length - streamedLength;
    return html`
      ${hidden > 0 ? html`<p class="note">The beginning (${inThousands(hidden)} characters) is shown when the call ends.</p>` : nothing}
      <pre class="text live" dir="auto">${visibleText(hidden > 0 ? this.text.slice(-streamedLength) : this.text)}<span class="caret" aria-hidden="true"></span></pre>
    `;
  }

  private moreButton(rest: number): TemplateResult {
    const more = Math.min(rest, moreLength);
    const press = () => {
      this.limit += moreLength;
    };
    return html`<tk-button class="more" appearance="secondary" @click=${press}>
      Show ${more === rest ? 'the rest' : 'more'} (${inThousands(rest)} characters hidden)
    </tk-button>`;
  }
}

function coloured(text: string): TemplateResult[] {
  return jsonTokens(text).map((token) =>
    token.kind === 'other' ? html`${token.text}` : html`<span class="json-${token.kind}">${token.text}</span>`,
  );
}

function inThousands(count: number): string {
  return count.toLocaleString('en-US');
}
