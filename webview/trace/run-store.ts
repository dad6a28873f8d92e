// What the panel knows of its run. It is drawn from this alone: the facts, folded from the events as they come,
// and beside them what streams right now and what was loaded on request.
import {
  emptyRunState,
  fold,
  type FollowMessage,
  type Progress,
  type RunState,
  type ToPanel,
  type TreeNode,
  treeOf,
} from '../../run/index.ts';

/** What a model has said in a call that is under way. */
export interface Stream {
  readonly text: string;
  readonly reasoning: string;
}

/** A large value, as far as it was loaded; `total` counts like `text.length`. */
export interface LoadedValue {
  readonly text: string;
  readonly total: number;
  readonly loading: boolean;
}

/** A command that the engine did not take, and what may help. */
export type Refusal = Omit<Extract<ToPanel, { type: 'refused' }>, 'type'>;

export class RunStore {
  state: RunState | undefined;
  /** Why nothing new comes, in words for people; undefined while all is well. */
  problem: string | undefined;
  refusal: Refusal | undefined;
  readonly streams = new Map<string, Stream>();
  readonly values = new Map<string, LoadedValue>();
  private tree: { readonly seq: number; readonly rows: readonly TreeNode[] } = { seq: -1, rows: [] };

  /** Takes in one message of the extension. What belongs to another run is passed over. */
  receive(message: ToPanel): void {
    switch (message.type) {
      case 'show':
        return this.begin(message.runId);
      case 'batch':
        if (message.runId === this.state?.runId) for (const each of message.messages) this.follow(each, this.state);
        return;
      case 'connection':
        this.problem = message.problem;
        return;
      case 'value':
        return this.load(message);
      case 'refused': {
        const { type: _, ...refusal } = message;
        this.refusal = refusal;
        return;
      }
    }
  }

  /** The tree of the run; made anew only when an event has come. */
  rows(): readonly TreeNode[] {
    if (!this.state) return [];
    if (this.tree.seq !== this.state.seq) this.tree = { seq: this.state.seq, rows: treeOf(this.state) };
    return this.tree.rows;
  }

  /** Notes that more of a large value was asked for; returns from where, in UTF-16 units. */
  startLoading(hash: string): number {
    const known = this.values.get(hash);
    this.values.set(hash, { text: known?.text ?? '', total: known?.total ?? 0, loading: true });
    return known?.text.length ?? 0;
  }

  private begin(runId: string): void {
    this.state = emptyRunState(runId);
    this.tree = { seq: -1, rows: [] };
    this.problem = undefined;
    this.refusal = undefined;
    this.streams.clear();
    this.values.clear();
  }

  private follow(message: FollowMessage, state: RunState): void {
    switch (message.type) {
      case 'event':
        fold(state, message.event);
        // From here on the record has the whole reply; what streamed was only a foretaste of it.
        if (message.event.type === 'call-ended') this.streams.delete(message.event.path);
        return;
      case 'progress':
        return this.stream(message.progress, state);
      case 'end':
        this.streams.clear();
        return;
    }
  }

  private stream({ type, call, text, soFar }: Progress, state: RunState): void {
    // Progress may come late; a call that has ended shows what was recorded.
    if (state.calls.get(call)?.endedAt !== undefined) return;
    const before = this.streams.get(call) ?? { text: '', reasoning: '' };
    this.streams.set(call, { ...before, [type]: soFar ? text : before[type] + text });
  }

  private load({ hash, text, total, offset = 0 }: Extract<ToPanel, { type: 'value' }>): void {
    const before = this.values.get(hash)?.text ?? '';
    this.values.set(hash, { text: before.slice(0, offset) + text, total, loading: false });
  }
}
