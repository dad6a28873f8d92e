// What became of a run, as a test reads it.
import type { Failure, Json, JsonObject, RunEvent, RunId } from '../../run/index.ts';

type Ended = Extract<RunEvent, { type: 'task-ended' }>;
type CallStarted = Extract<RunEvent, { type: 'call-started' }>;

export class Story {
  readonly runId: RunId;
  readonly events: readonly RunEvent[];
  readonly #startMs: number;

  constructor(runId: RunId, events: readonly RunEvent[], startMs: number) {
    this.runId = runId;
    this.events = events;
    this.#startMs = startMs;
  }

  /** `waiting` if the run has not ended although nothing more happens. */
  get status(): string {
    return this.#end?.status ?? 'waiting';
  }

  get outputs(): JsonObject | undefined {
    return this.#end?.outputs;
  }

  get error(): Failure | undefined {
    return this.#end?.error;
  }

  /** How each task ended last: `completed`, `skipped not_chosen`, `failed timeout`. */
  get tasks(): { readonly [path: string]: string } {
    const ends = this.events.filter((event) => event.type === 'task-ended');
    return Object.fromEntries(ends.map((end) => [end.path, briefly(end)]));
  }

  /** The last end of a task. */
  end(path: string): Ended {
    const end = this.events.findLast((event): event is Ended => event.type === 'task-ended' && event.path === path);
    if (!end) throw new Error(`${path} has not ended; ended are ${Object.keys(this.tasks).join(', ')}`);
    return end;
  }

  output(path: string): Json | undefined {
    return this.end(path).output;
  }

  /** The tasks in the order in which they began. */
  get begun(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'task-started' ? [event.path] : []));
  }

  /** The calls in the order in which they left, with the time in milliseconds since the start. */
  get calls(): readonly (CallStarted & { readonly ms: number })[] {
    return this.events.flatMap((event) =>
      event.type === 'call-started' ? [{ ...event, ms: event.at - this.#startMs }] : [],
    );
  }

  /** `path` or `path at MS` for later ones: when calls left. */
  get callTimes(): readonly (readonly [string, number])[] {
    return this.calls.map(({ path, ms }) => [path, ms]);
  }

  /** The messages that a call sent for the first time. */
  messages(path: string): readonly { readonly role: string; readonly content: string }[] {
    const call = this.calls.find((one) => one.path === path);
    if (call?.request.kind !== 'model') throw new Error(`no model call ${path}`);
    return call.request.messages;
  }

  /** The ids of all questions that were asked. */
  get questions(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'question-asked' ? [event.id] : []));
  }

  get #end(): Extract<RunEvent, { type: 'run-ended' }> | undefined {
    const last = this.events.at(-1);
    return last?.type === 'run-ended' ? last : undefined;
  }
}

function briefly({ status, reason, error }: Ended): string {
  const why = status === 'failed' ? error?.code : reason;
  return why === undefined || why === status ? status : `${status} ${why}`;
}
