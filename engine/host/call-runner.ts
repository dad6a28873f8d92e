// Makes the calls of all runs: finds who answers, hands over the key, keeps secrets out of what streams back, and
// answers in time when a call is cut. Models go through `callModel`, tools through `callTool`, and nothing else does.
import { answerInTime } from '../adapters/cancellation.ts';
import {
  callModel,
  createAnthropicProvider,
  createMockProvider,
  createOpenAiProvider,
  estimate,
  mockToolOutcome,
} from '../adapters/models/index.ts';
import { splitModel } from '../../models/index.ts';
import { failure, type Failure, type Progress, type RunId, type RunStarted } from '../../run/index.ts';
import { sampleFromSchema } from '../../workflow/index.ts';
import type {
  CallResult,
  CallRunner,
  Clock,
  ModelCall,
  ModelContext,
  ModelProvider,
  ToolTaskCall,
} from '../ports/index.ts';
import { type Endpoint, endpointOf, whyNotTo } from './endpoints.ts';
import type { Keyring } from './keyring.ts';
import type { CallWorld } from './run-registry.ts';
import type { SecretSeal } from './secret-seal.ts';
import type { ToolGate } from './tool-gate.ts';

/** What the runner is built from. */
export interface CallRunnerParts {
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly seal: SecretSeal;
  readonly tools: ToolGate;
}

/** @returns the runner for the runs of a registry */
export function createCallRunner(parts: CallRunnerParts, world: CallWorld): CallRunner {
  const providers = createProviders(parts.clock, world);
  return {
    run(runId, call, report, signal, late) {
      const sealed = sealProgress(parts.seal, report);
      // Asked now: a call that is cut may outlive its run.
      const started = world.startOf(runId);
      const start = async (): Promise<CallResult> => {
        const callNow = { runId, started, signal, report: sealed.report };
        const result =
          call.kind === 'model'
            ? await makeModelCall(parts, world, providers, call, callNow)
            : await makeToolCall(parts, world, call, callNow);
        sealed.end();
        return result;
      };
      const reserved = () => (call.kind === 'model' ? reservationOf(started, call) : undefined);
      return answerInTime({ start, signal, clock: parts.clock, reserved, late });
    },
  };
}

interface CallNow {
  readonly runId: RunId;
  readonly started: RunStarted;
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
}

type Providers = { readonly [format in Endpoint['format']]: ModelProvider };

function createProviders(clock: Clock, world: CallWorld): Providers {
  return {
    openai: createOpenAiProvider(),
    anthropic: createAnthropicProvider(),
    mock: createMockProvider({
      clock,
      answerTo: (request, { runId, call, task, agent }) =>
        world.mocksOf(runId).answerToModel(call, task, agent, request),
      isStrict: ({ runId, task }) => world.mocksOf(runId).isStrict(task),
      sample: sampleFromSchema,
    }),
  };
}

async function makeModelCall(
  parts: CallRunnerParts,
  world: CallWorld,
  providers: Providers,
  call: ModelCall,
  { runId, started, signal, report }: CallNow,
): Promise<CallResult> {
  const { request } = call;
  const rules = world.rulesOf(runId);
  const endpoint = endpointOf(splitModel(request.model).provider, rules);
  if ('code' in endpoint) return failed(endpoint);
  const key = endpoint.secret === null ? undefined : parts.keyring.key(runId, endpoint.secret);
  // The arbiter has looked; but a key is handed over here, so here it is looked at again.
  const reason = whyNotTo(endpoint, key, rules.trusted);
  if (reason) return failed(reason);
  const context: ModelContext = {
    runId,
    call: call.path,
    task: call.task,
    agent: call.agent,
    ...(key && { apiKey: key.value }),
    ...(endpoint.baseUrl !== undefined && { baseUrl: endpoint.baseUrl }),
  };
  const price = started.prices[request.model] ?? null;
  return callModel({ provider: providers[endpoint.format], request, context, price, report, signal });
}

async function makeToolCall(
  { tools, clock }: CallRunnerParts,
  world: CallWorld,
  call: ToolTaskCall,
  { runId, started, signal, report }: CallNow,
): Promise<CallResult> {
  try {
    const mocked = world.mocksOf(runId).answerToTool(call);
    if (mocked) return { outcome: await mockToolOutcome(mocked, call.tool, clock, signal) };
  } catch (error) {
    return failed(failure('mock_failed', error instanceof Error ? error.message : String(error)));
  }
  return tools.call(call, started, runId, signal, report);
}

function failed(error: Failure): CallResult {
  return { outcome: { status: 'failed', error } };
}

function reservationOf(started: RunStarted, call: ModelCall) {
  const price = started.prices[call.request.model] ?? null;
  return estimate({ request: call.request, price }, undefined, '');
}

/** Seals what streams, across the places where it is cut. Text and reasoning are two streams. */
function sealProgress(seal: SecretSeal, report: (progress: Progress) => void) {
  const streams = { text: seal.stream(), reasoning: seal.stream() };
  let call = '';
  const show = (type: Progress['type'], text: string): void => {
    if (text !== '') report({ type, call, text });
  };
  return {
    report: (progress: Progress): void => {
      call = progress.call;
      show(progress.type, streams[progress.type].push(progress.text));
    },
    end: (): void => {
      show('reasoning', streams.reasoning.rest());
      show('text', streams.text.rest());
    },
  };
}
