// Ends engines with kill -9 at moments that were chosen before.
import { readLock } from '../../client/lock-file.ts';
import type { RunEvent } from '../../run/index.ts';
import type { Moment } from './counting-server.ts';
import type { Disturber } from './disturbed-run.ts';
import { kill } from './engines.ts';
import type { LogStep } from './log-step.ts';

/** What the engine was at when it was killed. */
export const killKinds = ['call in flight', 'outcome not yet durable', 'between tasks', 'during resume'] as const;
export type KillKind = (typeof killKinds)[number];

/** One kill, and perhaps another of the engine that goes on after it. */
export interface PlannedKill {
  readonly task: string;
  /** Where in the call; `recording`: its answer is here, but not recorded; `recorded`: its end is, and nothing else yet. */
  readonly at: Moment | 'recording' | 'recorded';
  /** The next engine dies too: before it reads the run, or before or after it records that it goes on. */
  readonly again?: LogStep['moment'];
}

export class Killer implements Disturber {
  readonly #end: EngineEnd;
  readonly #counts = new Map<KillKind, number>();
  #left: readonly PlannedKill[];
  #again: LogStep['moment'] | undefined;

  constructor(dataDir: string, plan: readonly PlannedKill[]) {
    this.#end = new EngineEnd(dataDir);
    this.#left = plan;
  }

  get counts(): ReadonlyMap<KillKind, number> {
    return this.#counts;
  }

  /** Kills that were planned and did not come to pass. */
  get left(): readonly PlannedKill[] {
    return this.#left;
  }

  /** @returns whether the engine was killed */
  atCall(moment: Moment, what: string): boolean {
    const [task] = what.split(' ');
    const planned = this.#left.find((one) => one.at === moment && one.task === task);
    return planned !== undefined && this.#carryOut(planned, 'call in flight');
  }

  /** @returns whether the engine was killed */
  atLog({ moment, isFirst, events }: LogStep): boolean {
    if (isFirst && this.#again === moment) {
      this.#again = undefined;
      return this.#kill('during resume');
    }
    const planned = this.#left.find((one) => one.at === moment && events.some((event) => isEndOf(event, one)));
    return (
      planned !== undefined &&
      this.#carryOut(planned, planned.at === 'recorded' ? 'between tasks' : 'outcome not yet durable')
    );
  }

  #carryOut(planned: PlannedKill, kind: KillKind): boolean {
    if (!this.#kill(kind)) return false;
    this.#left = this.#left.filter((one) => one !== planned);
    this.#again = planned.again;
    return true;
  }

  #kill(kind: KillKind): boolean {
    if (!this.#end.come()) return false;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    return true;
  }
}

/** Kills the engines of a folder. */
export class EngineEnd {
  readonly #dataDir: string;
  #killed: number | undefined;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** @returns whether there was one to kill */
  come(): boolean {
    const pid = readLock(this.#dataDir)?.pid;
    // What a dead engine has sent may still arrive.
    if (pid === undefined || pid === this.#killed) return false;
    kill(pid, 'SIGKILL');
    this.#killed = pid;
    return true;
  }
}

function isEndOf(event: RunEvent, { task, at }: PlannedKill): boolean {
  if (at === 'recorded') return event.type === 'task-ended' && event.path === task;
  return event.type === 'call-ended' && event.task === task && event.outcome.status === 'completed';
}
