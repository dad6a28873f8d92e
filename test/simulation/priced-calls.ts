// Calls of a simulation that cost something: each model has a price, a window and a limit, and what a call takes is drawn
// within them, often right at the limit. Answers are drawn as long as their tokens can be.
import type { FactsOf } from '../../language-server/features/worst-case/call.ts';
import { costNanoUsd, defaultMaxOutputTokens, type PriceRecord } from '../../models/index.ts';
import type { Call, CallResult, CallRunner, ModelCall } from '../../engine/ports/index.ts';
import { isJsonObject, type Json, type JsonObject, type Spent } from '../../run/index.ts';
import { Dice, roll } from './random.ts';
import type { Scenario } from './scenario.ts';

/** No token is longer. */
const bytesPerToken = 128;

/** What models cost and may do, by a seed: under an odd one some of unknown price, and some of unknown window. */
export function factsBy(seed: number): FactsOf {
  return (model) => {
    const dice = new Dice(Math.floor(roll(seed, model, 'facts') * 2 ** 32));
    const isKnown = seed % 2 === 0;
    const price = !isKnown && dice.chance(0.06) ? null : priceOf(model, dice);
    const contextWindow = dice.chance(isKnown ? 0.05 : 0.2) ? undefined : dice.pick([2_000, 20_000, 200_000]);
    return { price, ...(contextWindow !== undefined && { contextWindow }) };
  };
}

function priceOf(model: string, dice: Dice): PriceRecord {
  const rate = () => {
    const base = dice.whole(0, 5_000);
    return { base, tiers: dice.chance(0.3) ? [{ above: dice.whole(1, 4_000), price: dice.whole(0, 9_000) }] : [] };
  };
  return {
    source: 'simulation',
    model,
    input: rate(),
    output: rate(),
    ...(dice.chance(0.3) && { cachedInput: rate() }),
    ...(dice.chance(0.3) && { cacheWrite: rate() }),
    ...(dice.chance(0.3) && { reasoning: rate() }),
    ...(dice.chance(0.2) && { perCall: dice.whole(0, 1_000_000) }),
  };
}

/** The scenario with models of real providers, most of them with a limit; without people who cancel and resume. */
export function priced({ cancelAtMs: _, ...scenario }: Scenario): Scenario {
  const dice = new Dice(scenario.seed * 31 + 5);
  // Where each question is asked once, rounds and tries have no room to hide in.
  const change = dice.chance(0.6)
    ? (doc: JsonObject) => withLimits(askedOnce(doc), dice)
    : (doc: JsonObject) => withLimits(doc, dice);
  const files = Object.entries(scenario.files).map(([name, doc]) => [name, change(doc)] as const);
  return {
    ...scenario,
    doc: change(scenario.doc),
    files: Object.fromEntries(files),
    strict: false,
    heals: false,
  };
}

/** Without fallback models, and with one attempt for each call that a task makes itself. */
function askedOnce(doc: JsonObject): JsonObject {
  const walk = (value: Json | undefined): Json | undefined => {
    if (Array.isArray(value)) return value.map((one) => walk(one) ?? null);
    if (!isJsonObject(value)) return value;
    const { fallback, ...rest } = value;
    const kept = Array.isArray(fallback) ? rest : value;
    const inside = Object.fromEntries(Object.entries(kept).map(([key, one]) => [key, walk(one)]));
    const asks = value['type'] === 'agent' || value['type'] === 'router';
    return asks ? { ...inside, retry: { max_attempts: 1 } } : inside;
  };
  return walk(doc) as JsonObject;
}

function withLimits(doc: JsonObject, dice: Dice): JsonObject {
  const agents = Object.entries((doc['agents'] ?? {}) as { readonly [name: string]: JsonObject });
  const limited = agents.map(([name, agent]) => [
    name,
    {
      ...agent,
      ...renamed(agent, dice.pick(['openai', 'anthropic'])),
      ...(dice.chance(0.95) && { max_output_tokens: dice.whole(1, 60) }),
    },
  ]);
  return { ...doc, agents: Object.fromEntries(limited) as JsonObject };
}

/** A flooder floods by its name. */
function renamed({ model, fallback }: JsonObject, provider: string): JsonObject {
  const other = (name: string): string => (name === 'mock/flooder' ? name : name.replace(/^mock/, provider));
  const others = Array.isArray(fallback)
    ? { fallback: fallback.flatMap((name) => (typeof name === 'string' ? other(name) : [])) }
    : {};
  return { ...(typeof model === 'string' && { model: other(model) }), ...others };
}

/** Tools cost nothing here. */
const nothing: Spent = { usage: { inputTokens: 0, outputTokens: 0 }, costNanoUsd: 0 };

/** Calls that cost something, of calls that do not. */
export function withPrices(calls: CallRunner, seed: number): CallRunner {
  const factsOf = factsBy(seed);
  return {
    async run(runId, call, report, signal, late) {
      const paid = call.kind === 'model' ? spentOn(call, seed, factsOf) : undefined;
      const result = await calls.run(runId, call, report, signal, () => late(paid ?? nothing));
      const isCut = signal.aborted && result.outcome.status !== 'completed';
      return call.kind === 'model' && paid && !isCut ? withSpent(call, result, paid, seed) : result;
    },
  };
}

function withSpent(call: ModelCall, result: CallResult, paid: Spent, seed: number): CallResult {
  const { outcome } = result;
  const isBilled = outcome.status === 'completed' || roll(seed, call.path, 'billed') < 0.7;
  const longer = outcome.status === 'completed' && 'reply' in outcome ? lengthened(call, outcome, paid, seed) : outcome;
  return isBilled ? { outcome: longer, spent: paid } : { outcome: longer };
}

type Replied = Extract<CallResult['outcome'], { readonly reply: unknown }>;

/** As long as its tokens may be, of what takes most bytes when it is sent on. */
function lengthened({ path, request }: Call & ModelCall, outcome: Replied, { usage }: Spent, seed: number): Replied {
  const { reply } = outcome;
  const isText = !request.outputSchema && reply.toolCalls.length === 0 && reply.finishReason === 'stop';
  if (!isText || roll(seed, path, 'long') < 0.4) return outcome;
  const room = (usage?.outputTokens ?? 0) * bytesPerToken - Buffer.byteLength(reply.text);
  return { ...outcome, reply: { ...reply, text: reply.text + '\n'.repeat(Math.max(0, Math.min(room, 10_000))) } };
}

function spentOn({ path, request }: ModelCall, seed: number, factsOf: FactsOf): Spent {
  const dice = new Dice(Math.floor(roll(seed, path, 'spent') * 2 ** 32));
  const { price, contextWindow = Infinity } = factsOf(request.model);
  const { messages, tools, outputSchema, maxOutputTokens, model } = request;
  const sent = Buffer.byteLength(JSON.stringify([messages, tools, outputSchema ?? null]));
  const limit = maxOutputTokens ?? (model.startsWith('anthropic/') ? defaultMaxOutputTokens(model) : 10_000);
  const upTo = (most: number): number => (dice.chance(0.4) ? most : dice.whole(0, most));
  const inputTokens = upTo(Math.min(sent, contextWindow));
  const outputTokens = upTo(Math.min(limit, contextWindow));
  const cachedInputTokens = dice.whole(0, inputTokens);
  const usage = {
    inputTokens,
    outputTokens,
    cachedInputTokens,
    cacheWriteTokens: dice.whole(0, inputTokens - cachedInputTokens),
    reasoningTokens: dice.whole(0, outputTokens),
  };
  return { usage, costNanoUsd: costNanoUsd(price, usage) };
}
