// What the run panel (a webview) and the extension tell each other. The panel folds the events itself.
import type { Json } from '../json.ts';
import type { RunId } from '../events/events.ts';
import type { SourceRange } from '../events/plan.ts';
import type { FollowMessage } from './protocol.ts';

/** Extension → panel. */
export type ToPanel =
  /** Begin anew with this run; its messages follow. */
  | { readonly type: 'show'; readonly runId: RunId }
  | { readonly type: 'batch'; readonly runId: RunId; readonly messages: readonly FollowMessage[] }
  /** The engine is away, and what is done about it; undefined: all is well. */
  | { readonly type: 'connection'; readonly problem?: string }
  /** Part of a large value that the panel asked for: JSON text from `offset` (0 if left out) of `total` UTF-16 units. */
  | {
      readonly type: 'value';
      readonly hash: string;
      readonly text: string;
      readonly total: number;
      readonly offset?: number;
    }
  /** A command of the panel was refused; `code` is that of the failure, if there is one (`missing_key`, …). */
  | { readonly type: 'refused'; readonly message: string; readonly remedy?: string; readonly code?: string };

/** Panel → extension. */
export type FromPanel =
  | { readonly type: 'ready'; readonly runId?: RunId }
  | { readonly type: 'cancel' }
  | { readonly type: 'resume' }
  | { readonly type: 'run-again' }
  | { readonly type: 'answer'; readonly question: string; readonly answer: Json }
  | { readonly type: 'reveal'; readonly range: SourceRange }
  /** Asks for a large value, or for what follows after `offset` UTF-16 units of its JSON text. */
  | { readonly type: 'load-value'; readonly hash: string; readonly offset?: number }
  | { readonly type: 'copy'; readonly text: string }
  /** Opens text beside, in an untitled document of this language id. */
  | { readonly type: 'open-text'; readonly text: string; readonly language: string }
  | { readonly type: 'set-key' };
