// Tree and details side by side, or one above the other where there is little room. The layout element knows only the
// mouse; the separator beside it takes the keyboard.
import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';

/** Narrower than this, the tree stands above the details. */
const sideBySideFromPx = 640;
const stepPercent = 5;
const [least, most] = [15, 85];

export class Splitter implements ReactiveController {
  private readonly host: ReactiveControllerHost & HTMLElement;
  private readonly change: (percent: number) => void;
  private stacked = window.innerWidth < sideBySideFromPx;

  constructor(host: ReactiveControllerHost & HTMLElement, change: (percent: number) => void) {
    this.host = host;
    this.change = change;
    host.addController(this);
  }

  hostConnected(): void {
    this.sizes.observe(this.host);
  }

  hostDisconnected(): void {
    this.sizes.disconnect();
  }

  /** Both panes; `percent` is the share of the first. */
  view(percent: number, first: TemplateResult, second: TemplateResult): TemplateResult {
    return html`<vscode-split-layout
      class="panes"
      split=${this.stacked ? 'horizontal' : 'vertical'}
      initial-handle-position="${percent}%"
      .handlePosition=${`${percent}%`}
      min-start=${this.stacked ? '88px' : '240px'}
      min-end=${this.stacked ? '120px' : '280px'}
      @vsc-split-layout-change=${(event: CustomEvent<{ positionInPercentage: number }>) => this.move(event.detail.positionInPercentage)}
    >
      <section slot="start" class="tree-pane" aria-label="Tasks">${first}</section>
      <div slot="end" class="details-pane">
        <div
          class="separator"
          role="separator"
          tabindex="0"
          aria-label="Share of the tasks"
          aria-orientation=${this.stacked ? 'horizontal' : 'vertical'}
          aria-valuenow=${Math.round(percent)}
          aria-valuemin=${least}
          aria-valuemax=${most}
          @keydown=${(event: KeyboardEvent) => this.onKey(event, percent)}
        ></div>
        ${second}
      </div>
    </vscode-split-layout>`;
  }

  private readonly sizes = new ResizeObserver(() => {
    const stacked = this.host.clientWidth < sideBySideFromPx;
    if (stacked === this.stacked) return;
    this.stacked = stacked;
    this.host.requestUpdate();
  });

  private onKey(event: KeyboardEvent, percent: number): void {
    const [less, more] = this.stacked ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
    if (event.key !== less && event.key !== more) return;
    event.preventDefault();
    this.move(percent + (event.key === less ? -stepPercent : stepPercent));
  }

  private move(percent: number): void {
    this.change(Math.max(least, Math.min(most, percent)));
  }
}
