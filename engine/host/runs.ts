import type {
  Answer,
  Command,
  FollowMessage,
  Query,
  RunId,
  RunSummary,
  SendAnswer,
  StartAnswer,
  StartRequest,
} from '../../run/index.ts';

/** The runs of one engine, as its sessions see them. */
export interface Runs {
  start(request: StartRequest): Promise<StartAnswer>;
  send(runId: RunId, command: Command): Promise<SendAnswer>;
  ask(query: Query): Promise<Answer>;
  /** Delivers the record from `fromSeq`, then live; resolves after `end` or when `signal` aborts. */
  follow(
    runId: RunId,
    fromSeq: number,
    deliver: (batch: readonly FollowMessage[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Reports changed runs until `signal` aborts. The listener may be slow: what it missed comes as one summary. */
  watch(listener: (run: RunSummary) => Promise<void>, signal: AbortSignal): void;
}
