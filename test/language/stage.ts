// A stage for stories: a workflow as people write it goes in; how its tasks ended, what it gave and what it asked comes
// out. Everything of the engine is real but its surroundings: time is virtual, the record stays in memory, and tools,
// beside those that a file mocks, are a few functions.
import { pino } from 'pino';
import { countWrites } from '../../engine/host/counted-log.ts';
import { createCallRunner } from '../../engine/host/call-runner.ts';
import { Keyring } from '../../engine/host/keyring.ts';
import { RunRegistry } from '../../engine/host/run-registry.ts';
import { SecretSeal } from '../../engine/host/secret-seal.ts';
import type { ToolGate } from '../../engine/host/tool-gate.ts';
import type { EventLog } from '../../engine/ports/index.ts';
import {
  type Command,
  type Failure,
  failure,
  type Json,
  type JsonObject,
  type Outcome,
  type RunEvent,
  type RunId,
  type StartRequest,
  type ToolDescriptor,
} from '../../run/index.ts';
import { builtinTools } from '../../workflow/index.ts';
import { MemoryLog } from '../simulation/memory-log.ts';
import { VirtualClock } from '../simulation/virtual-clock.ts';
import { Story } from './story.ts';

/** What surrounds the workflow of a story. */
export interface Surroundings {
  readonly inputs?: JsonObject;
  readonly env?: { readonly [name: string]: string };
  readonly interactive?: boolean;
  /** Other files of the project, which the workflow names; workflows among them without `segue:`. */
  readonly files?: { readonly [path: string]: string };
  /** What a person answers, by the id of the question; nobody answers the others. */
  readonly answers?: { readonly [question: string]: Json };
  /** What happens at a time, in milliseconds since the start. */
  readonly at?: readonly (readonly [number, 'cancel' | 'resume' | 'crash' | Command])[];
  /** What tools do, instead of giving back their input; `nth` counts their calls from 1. */
  readonly tools?: { readonly [name: string]: (input: Json, nth: number) => Json | Failure };
}

const anything = { type: 'object' };
const tool = (
  name: string,
  effect: ToolDescriptor['effect'],
  asks: ToolDescriptor['asks'] = 'never',
): ToolDescriptor => ({ name, description: `The tool ${name}.`, input: anything, effect, asks });

/** Tools that a story may name. */
const toolbox: readonly ToolDescriptor[] = [
  tool('echo', 'none'),
  tool('fetch', 'repeatable'),
  tool('send', 'once'),
  tool('guarded', 'repeatable', 'first'),
  tool('pay', 'once', 'first'),
  ...builtinTools.filter(({ answeredBy }) => answeredBy === 'engine'),
];

const actor = { kind: 'person', via: 'test' } as const;
const startMs = Date.UTC(2026, 0, 31, 12);
const noOffer = { secrets: [] };

/** A start that was refused; throws the reasons, so that a story with a mistake in it says which. */
export class Refused extends Error {
  readonly refused: Failure;

  constructor(refused: Failure) {
    super(`${refused.code}: ${refused.message}`);
    this.refused = refused;
  }
}

/** Runs a workflow until nothing more happens. @param text the file without `segue:` and `name:` */
export async function tell(text: string, surroundings: Surroundings = {}): Promise<Story> {
  const stage = new Stage(surroundings);
  return stage.play(`segue: "1"\nname: story\n${text}`);
}

class Stage {
  readonly #surroundings: Surroundings;
  readonly #clock = new VirtualClock(startMs);
  readonly #memory = new MemoryLog();
  readonly #events: RunEvent[] = [];
  readonly #toolCalls = new Map<string, number>();
  readonly #falls: Error[] = [];
  /** What is still to come from outside. */
  #expected = 0;
  #engine: RunRegistry;
  #runId: RunId = '';

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#engine = this.#newEngine();
  }

  async play(text: string): Promise<Story> {
    const begun = await this.#engine.start(this.#request(text));
    if (!begun.ok) throw new Refused(begun.refused);
    this.#runId = begun.runId;
    for (const [ms, what] of this.#surroundings.at ?? []) this.#later(ms, () => this.#happen(what));
    const isOver = await this.#clock.runUntil(
      () => this.#falls.length > 0 || (this.#expected === 0 && this.#engine.activeRuns() === 0),
    );
    const [fall] = this.#falls;
    if (fall) throw fall;
    if (!isOver) await this.#engine.detachAll();
    return new Story(this.#runId, this.#events, startMs);
  }

  #request(text: string): StartRequest {
    const { inputs = {}, env = {}, interactive = true, files = {} } = this.#surroundings;
    const others = Object.entries(files).map(([path, other]) => [
      path,
      /\.segue\.\w+$/.test(path) ? `segue: "1"\n${other}` : other,
    ]);
    return {
      file: '/project/story.segue.yaml',
      workspace: '/project',
      sources: { ...Object.fromEntries(others), 'story.segue.yaml': text },
      inputs,
      env,
      baseUrls: {},
      mock: false,
      interactive,
      trusted: true,
      actor,
      offer: noOffer,
    };
  }

  #newEngine(): RunRegistry {
    const seal = new SecretSeal();
    const keyring = new Keyring(seal);
    const clock = this.#clock;
    return new RunRegistry({
      log: countWrites(this.#watchedLog(), () => undefined),
      index: this.#memory,
      replies: this.#memory,
      clock,
      keyring,
      seal: seal.seal,
      tools: toolbox,
      admit: (material) => Promise.resolve({ ok: true, material }),
      calls: (world) => createCallRunner({ clock, keyring, seal, tools: this.#toolGate() }, world),
      logger: pino({ level: 'silent' }),
      onWork: () => undefined,
      onFall: (error) => this.#fell(error),
    });
  }

  /** The record, with a person who reads its questions. */
  #watchedLog(): EventLog {
    const memory = this.#memory;
    return {
      read: (...query) => memory.read(...query),
      load: (hash) => memory.load(hash),
      keep: (hash, bytes) => memory.keep(hash, bytes),
      append: async (runId, nextSeq, events) => {
        await memory.append(runId, nextSeq, events);
        this.#events.push(...events);
        for (const event of events) if (event.type === 'question-asked') this.#answer(event.id);
      },
    };
  }

  #answer(question: string): void {
    const answer = this.#surroundings.answers?.[question];
    if (answer === undefined) return;
    this.#later(1, () => this.#send({ type: 'answer', actor, question, answer, offer: noOffer }));
  }

  #toolGate(): ToolGate {
    return {
      descriptors: toolbox,
      close: () => Promise.resolve(),
      inspect: () => Promise.reject(new Error('no story has a module')),
      call: ({ tool: name, input }) => Promise.resolve({ outcome: this.#useTool(name, input) }),
    };
  }

  #useTool(name: string, input: Json): Outcome {
    const nth = (this.#toolCalls.get(name) ?? 0) + 1;
    this.#toolCalls.set(name, nth);
    const result = this.#surroundings.tools?.[name]?.(input, nth) ?? input;
    return isFailure(result) ? { status: 'failed', error: result } : { status: 'completed', output: result };
  }

  #later(ms: number, act: () => Promise<void>): void {
    this.#expected += 1;
    const never = new AbortController().signal;
    void this.#clock
      .sleep(ms, never)
      .then(act)
      .catch((error: unknown) => this.#fell(error))
      .finally(() => {
        this.#expected -= 1;
      });
  }

  #fell(error: unknown): void {
    this.#falls.push(error instanceof Error ? error : new Error(String(error)));
  }

  async #happen(what: 'cancel' | 'resume' | 'crash' | Command): Promise<void> {
    if (what === 'crash') {
      await this.#engine.detachAll();
      this.#engine = this.#newEngine();
      return this.#engine.reopenUnfinished();
    }
    if (what === 'cancel') return this.#send({ type: 'cancel', actor });
    if (what === 'resume')
      return this.#send({ type: 'resume', actor, interactive: true, offer: noOffer, baseUrls: {} });
    return this.#send(what);
  }

  async #send(command: Command): Promise<void> {
    const sent = await this.#engine.send(this.#runId, command);
    if (!sent.ok) throw new Refused(sent.refused);
  }
}

function isFailure(value: Json | Failure): value is Failure {
  return typeof value === 'object' && value !== null && 'retryable' in value;
}

/** A failure for tools of a story. */
export function fails(code: string, more: Partial<Failure> = {}): Failure {
  return failure(code, `It failed with ${code}.`, more);
}
