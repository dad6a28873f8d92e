// What the views need besides the facts they draw: what is loaded or streaming, what time it is, and where to send wishes.
import type { FromPanel, RunState } from '../../run/index.ts';
import type { RunStore } from './run-store.ts';
import type { ViewState } from './view-state.ts';

export interface PanelContext {
  readonly store: RunStore;
  readonly state: RunState;
  readonly view: ViewState;
  /** Epoch milliseconds at this drawing. */
  readonly nowMs: number;
  readonly post: (message: FromPanel) => void;
  readonly change: (change: Partial<ViewState>) => void;
  /** Asks for (more of) a large value. */
  readonly load: (hash: string) => void;
}
