// A whole run against a server that speaks the wire formats: the registry of an engine, its calls and the real clock,
// with the record in memory.
import { pino } from 'pino';
import { createSystemClock } from '../../engine/adapters/clock/index.ts';
import { createCallRunner } from '../../engine/host/call-runner.ts';
import { countWrites } from '../../engine/host/counted-log.ts';
import { Keyring } from '../../engine/host/keyring.ts';
import { RunRegistry } from '../../engine/host/run-registry.ts';
import { SecretSeal } from '../../engine/host/secret-seal.ts';
import type { ToolGate } from '../../engine/host/tool-gate.ts';
import type { RunEvent } from '../../run/index.ts';
import { builtinTools } from '../../workflow/index.ts';
import { MemoryLog } from '../simulation/memory-log.ts';
import { canaryKey } from './make-call.ts';

const noTools: ToolGate = {
  descriptors: [],
  close: () => Promise.resolve(),
  inspect: () => Promise.reject(new Error('there are no modules')),
  call: () => Promise.reject(new Error('there are no tools')),
};

/** An engine whose runs find every provider at one address. */
export class HttpEngine {
  readonly #registry: RunRegistry;
  readonly #baseUrl: string;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
    const [clock, seal, memory] = [createSystemClock(), new SecretSeal(), new MemoryLog()];
    const keyring = new Keyring(seal);
    this.#registry = new RunRegistry({
      log: countWrites(memory, () => undefined),
      index: memory,
      replies: memory,
      clock,
      keyring,
      seal: seal.seal,
      // Those that the engine answers itself need no gate.
      tools: builtinTools.filter(({ answeredBy }) => answeredBy === 'engine'),
      admit: (material) => Promise.resolve({ ok: true, material }),
      calls: (world) => createCallRunner({ clock, keyring, seal, tools: noTools }, world),
      logger: pino({ level: 'silent' }),
      onWork: () => undefined,
      onFall: (error) => {
        throw error;
      },
    });
  }

  /**
   * Runs a workflow to its end. A person takes the first option of whatever they are asked.
   * @param text the file, or what of it comes after `segue:` and `name:`
   * @param hear is called with each event as it is recorded
   * @returns its events
   */
  async run(text: string, hear: (event: RunEvent) => void = () => undefined): Promise<readonly RunEvent[]> {
    const offered = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY'];
    const begun = await this.#registry.start({
      file: '/project/http.segue.yaml',
      workspace: '/project',
      sources: { 'http.segue.yaml': /^segue:/m.test(text) ? text : `segue: "1"\nname: http\n${text}` },
      inputs: {},
      env: {},
      baseUrls: { openai: `${this.#baseUrl}/v1`, anthropic: this.#baseUrl },
      mock: false,
      interactive: false,
      trusted: true,
      actor: { kind: 'person', via: 'test' },
      offer: { secrets: offered.map((name) => ({ name, value: canaryKey, grantedOrigins: [] })) },
    });
    if (!begun.ok) throw new Error(begun.refused.message);
    const events: RunEvent[] = [];
    const deliver = async (batch: Parameters<Parameters<RunRegistry['follow']>[2]>[0]): Promise<void> => {
      for (const message of batch) {
        if (message.type !== 'event') continue;
        events.push(message.event);
        hear(message.event);
        if (message.event.type === 'question-asked') await this.#answer(begun.runId, message.event);
      }
    };
    await this.#registry.follow(begun.runId, 1, deliver, new AbortController().signal);
    return events;
  }

  async #answer(runId: string, { id, question }: Extract<RunEvent, { type: 'question-asked' }>): Promise<void> {
    const answer = question.kind === 'options' ? (question.options[0] ?? '') : 'allow';
    const actor = { kind: 'person', via: 'test' } as const;
    await this.#registry.send(runId, { type: 'answer', actor, question: id, answer, offer: { secrets: [] } });
  }

  close(): Promise<void> {
    return this.#registry.detachAll();
  }
}
