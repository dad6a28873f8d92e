import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** So near to the end counts as being there. */
const nearPx = 24;

/**
 * Where the details are scrolled to: at the top for each newly chosen row; at the end while text streams, as long as
 * the reader was there.
 */
export class PaneScroll implements ReactiveController {
  private readonly host: HTMLElement;
  /** Path of the row whose details are shown. */
  private readonly subject: () => string;
  private shown: string | undefined;
  private atEnd = false;

  constructor(host: ReactiveControllerHost & HTMLElement, subject: () => string) {
    this.host = host;
    this.subject = subject;
    host.addController(this);
  }

  hostUpdate(): void {
    const pane = this.pane();
    this.atEnd = pane !== null && pane.scrollHeight - pane.scrollTop - pane.clientHeight < nearPx;
  }

  hostUpdated(): void {
    const pane = this.pane();
    if (!pane) return;
    if (this.shown !== this.subject()) {
      this.shown = this.subject();
      pane.scrollTop = 0;
      return;
    }
    if (!this.atEnd || !pane.querySelector('.text.live')) return;
    // The text element below draws after its parent; the end is known with the next frame.
    requestAnimationFrame(() => {
      pane.scrollTop = pane.scrollHeight;
    });
  }

  private pane(): HTMLElement | null {
    return this.host.querySelector<HTMLElement>('.details');
  }
}
