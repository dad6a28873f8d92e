import { type Rate, readPrice } from './prices.ts';

/** The tokens of one call. `inputTokens` includes cached ones and those written to a cache, `outputTokens` reasoning. */
export interface CountedTokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
}

const PICO_IN_NANO = 1000;

/**
 * What one call costs. The sum is made in whole pico-dollars and rounded up once, so the parts of a call can not each
 * gain a nano-dollar.
 * @param price a price as `priceOf` gave it or a record kept it; null when it is not known
 * @returns whole nano-dollars (10⁻⁹ USD), or null when the price is not known
 */
export function costNanoUsd(price: object | null, tokens: CountedTokens): number | null {
  const known = readPrice(price);
  if (!known) return null;
  const { inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0, reasoningTokens = 0 } = tokens;
  const rate = (chosen: Rate) => priceAt(chosen, inputTokens);
  const plainInput = Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens);
  const plainOutput = Math.max(0, outputTokens - reasoningTokens);
  const picoUsd =
    plainInput * rate(known.input) +
    cachedInputTokens * rate(known.cachedInput ?? known.input) +
    cacheWriteTokens * rate(known.cacheWrite ?? known.input) +
    plainOutput * rate(known.output) +
    reasoningTokens * rate(known.reasoning ?? known.output) +
    (known.perCall ?? 0);
  return Math.ceil(picoUsd / PICO_IN_NANO);
}

/**
 * The most that a call of at most so many tokens can cost, however they are divided among caches and reasoning.
 * @returns whole nano-dollars, or null when the price is not known
 */
export function dearestNanoUsd(
  price: object | null,
  { inputTokens, outputTokens }: Pick<CountedTokens, 'inputTokens' | 'outputTokens'>,
): number | null {
  const known = readPrice(price);
  if (!known) return null;
  const { input, cachedInput = input, cacheWrite = input, output, reasoning = output } = known;
  const rate = (rates: readonly Rate[]) => Math.max(...rates.map((chosen) => dearestUpTo(chosen, inputTokens)));
  const picoUsd =
    inputTokens * rate([input, cachedInput, cacheWrite]) +
    outputTokens * rate([output, reasoning]) +
    (known.perCall ?? 0);
  return Math.ceil(picoUsd / PICO_IN_NANO);
}

/** A tier need not be dearer than the one below. */
function dearestUpTo({ base, tiers }: Rate, inputTokens: number): number {
  return Math.max(base, ...tiers.flatMap(({ above, price }) => (inputTokens > above ? [price] : [])));
}

/** Tiers are sorted by `above`, and the last one that is exceeded holds for all tokens of the call. */
function priceAt(rate: Rate, inputTokens: number): number {
  return rate.tiers.findLast((tier) => inputTokens > tier.above)?.price ?? rate.base;
}
