// The most that one call of a model can take. Invariants:
//   C1. What is sent is bounded by its bytes, or by the window of the model: a provider refuses more than fits.
//   C2. What is written is bounded by the limit that the engine sends along, or by the window.
import { dearestNanoUsd, defaultMaxOutputTokens, type ModelBook, splitModel } from '../../../models/index.ts';
import type { Agent } from '../../../workflow/index.ts';
import { atMost, type Bound, greatestOf, leastOf, nothing, openBecause, sumOf, timesOf } from './bound.ts';

/** What is known of a model by its name. */
export type FactsOf = ModelBook['factsOf'];

/** What something can take: how many calls of models, their tokens of both kinds, and nano-dollars. */
export interface Cost {
  readonly calls: Bound;
  readonly tokens: Bound;
  readonly nanoUsd: Bound;
}

export const free: Cost = { calls: nothing, tokens: nothing, nanoUsd: nothing };

export function sumOfCosts(costs: readonly Cost[]): Cost {
  return {
    calls: sumOf(costs.map(({ calls }) => calls)),
    tokens: sumOf(costs.map(({ tokens }) => tokens)),
    nanoUsd: sumOf(costs.map(({ nanoUsd }) => nanoUsd)),
  };
}

export function timesOfCost({ calls, tokens, nanoUsd }: Cost, count: number): Cost {
  return { calls: timesOf(calls, count), tokens: timesOf(tokens, count), nanoUsd: timesOf(nanoUsd, count) };
}

/** Of several of which one happens. */
export function greatestCost(costs: readonly Cost[]): Cost {
  return {
    calls: greatestOf(costs.map(({ calls }) => calls)),
    tokens: greatestOf(costs.map(({ tokens }) => tokens)),
    nanoUsd: greatestOf(costs.map(({ nanoUsd }) => nanoUsd)),
  };
}

/** Something of which nobody knows how often it happens. */
export function openCost(reason: string): Cost {
  const open = openBecause(reason);
  return { calls: open, tokens: open, nanoUsd: open };
}

/** @param sentBytes of messages, tools and schema */
export function costOfCall(model: string, sentBytes: Bound, outputTokens: Bound, factsOf: FactsOf): Cost {
  const { price, contextWindow } = factsOf(model);
  const input = contextWindow === undefined ? sentBytes : leastOf(sentBytes, atMost(contextWindow));
  const tokens = sumOf([input, outputTokens]);
  const calls = atMost(1);
  if (price === null) return { calls, tokens, nanoUsd: openBecause(`no price is known for ${model}`) };
  if (dearestNanoUsd(price, { inputTokens: 1e9, outputTokens: 1e9 }) === 0) return { calls, tokens, nanoUsd: nothing };
  const known = dearestNanoUsd(price, { inputTokens: input.known, outputTokens: outputTokens.known }) ?? 0;
  return { calls, tokens, nanoUsd: { known, open: tokens.open } };
}

/**
 * How much a model may write in one call.
 * @param agent its limit; left out for a call that is sent without one
 */
export function outputLimitOf(model: string, agent: Pick<Agent, 'maxOutputTokens'>, factsOf: FactsOf): Bound {
  const { contextWindow } = factsOf(model);
  const sent = agent.maxOutputTokens ?? (isAlwaysLimited(model) ? defaultMaxOutputTokens(model) : undefined);
  const limits = [sent, contextWindow].filter((limit) => limit !== undefined);
  return limits.length > 0
    ? atMost(Math.min(...limits))
    : openBecause(`${model} may write any amount without \`max_output_tokens\``);
}

/** The API of this provider demands a limit, so the engine sends one. */
function isAlwaysLimited(model: string): boolean {
  return splitModel(model).provider === 'anthropic';
}
