// What goes wrong under an engine: it dies when an event is recorded, or a call of one of its ports fails.
import type { RunPorts } from '../../engine/core/index.ts';

export type PortName = 'append' | 'keep' | 'load' | 'request' | 'run' | 'nowMs' | 'sleep' | 'seal' | 'hash' | 'publish';

/** What goes wrong under one engine, once. */
export interface EngineFault {
  /** The engine dies when this event is recorded; what follows it in its batch is not. */
  readonly dieAfterSeq?: number;
  /** The n-th call (from 1) of a port fails; `done` tells whether it did its work nevertheless. */
  readonly failCall?: { readonly port: PortName; readonly nth: number; readonly done: boolean };
}

/** Ports whose work may be done although their call fails: something has changed in the world by then. */
export const effectPorts: ReadonlySet<PortName> = new Set(['append', 'keep', 'run', 'publish']);

/** Counts the calls of an engine's ports, and lets one of them fail. */
export class WatchedPorts {
  readonly counts = new Map<PortName, number>();
  readonly #fault: EngineFault['failCall'];
  readonly #isOver: () => boolean;
  /** Whether the call that was to fail has been made. */
  hasFailed = false;
  /** Whether it failed when the run was over: a call that was cut may. */
  failedLate = false;

  /** @param isOver tells whether the record has the end of the run */
  constructor(fault?: EngineFault['failCall'], isOver: () => boolean = () => false) {
    this.#isOver = isOver;
    this.#fault = fault;
  }

  wrap({ log, calls, arbiter, replies, clock, seal, hash, publish }: RunPorts): RunPorts {
    return {
      log: {
        append: (...all) => this.#promise('append', () => log.append(...all)),
        keep: (...all) => this.#promise('keep', () => log.keep(...all)),
        load: (...all) => this.#promise('load', () => log.load(...all)),
      },
      calls: { run: (...all) => this.#promise('run', () => calls.run(...all)) },
      arbiter: { request: (...all) => this.#value('request', () => arbiter.request(...all)) },
      // Never fails, by its contract.
      replies,
      clock: {
        nowMs: () => this.#value('nowMs', () => clock.nowMs()),
        sleep: (...all) => this.#promise('sleep', () => clock.sleep(...all)),
      },
      seal: (value) => this.#value('seal', () => seal(value)),
      hash: (text) => this.#value('hash', () => hash(text)),
      publish: (message) => this.#value('publish', () => publish(message)),
    };
  }

  async #promise<T>(port: PortName, call: () => Promise<T>): Promise<T> {
    if (!this.#isToFail(port)) return call();
    if (this.#fault?.done) await call();
    throw this.#failure(port);
  }

  #value<T>(port: PortName, call: () => T): T {
    if (!this.#isToFail(port)) return call();
    if (this.#fault?.done) call();
    throw this.#failure(port);
  }

  #isToFail(port: PortName): boolean {
    const nth = (this.counts.get(port) ?? 0) + 1;
    this.counts.set(port, nth);
    if (port !== this.#fault?.port || nth !== this.#fault.nth) return false;
    this.hasFailed = true;
    return true;
  }

  #failure(port: PortName): PortFailure {
    this.failedLate = this.#isOver();
    return new PortFailure(port);
  }
}

/** Thrown by a port on purpose. */
class PortFailure extends Error {
  constructor(port: PortName) {
    super(`the port ${port} fails`);
  }
}
