import type { ModelPrice } from '@pydantic/genai-prices';
import { splitModel } from './name.ts';
import { findInTable, type TableEntry } from './table.ts';

/**
 * What one token costs, in whole pico-dollars (10⁻¹² USD; 1 USD for a million tokens is 1,000,000). A tier's price
 * holds for all tokens of a call whose input, cached tokens included, is larger than `above`.
 */
export type Rate = { readonly base: number; readonly tiers: { readonly above: number; readonly price: number }[] };

/** The price of a model at one moment: plain JSON, recorded with a run, so that a newer table can not change it. */
export type PriceRecord = {
  /** Where it comes from: `genai-prices` or `mock`. */
  readonly source: string;
  /** The name under which the table knows the model. */
  readonly model: string;
  readonly input: Rate;
  readonly output: Rate;
  /** Input read from the provider's cache. Absent: it costs what input costs. */
  readonly cachedInput?: Rate;
  /** Input written to the provider's cache. Absent: it costs what input costs. */
  readonly cacheWrite?: Rate;
  /** Reasoning tokens. Absent: they cost what output costs. */
  readonly reasoning?: Rate;
  /** What each call costs beside its tokens, in pico-dollars. */
  readonly perCall?: number;
  /** How many tokens the model takes at most, if that is known. */
  readonly contextWindow?: number;
};

/**
 * Finds the price of a model as it stands now.
 * @param model `provider/model`
 * @returns null when the price is not known. Models of the `mock` provider cost a known nothing.
 */
export async function priceOf(model: string): Promise<PriceRecord | null> {
  return isFree(model) ? noPrice(model) : priceOfEntry(await findInTable(model));
}

/** Models of the `mock` provider: they cost a known nothing. */
export function isFree(model: string): boolean {
  return splitModel(model).provider === 'mock';
}

/** The price of a model that costs nothing. */
export function noPrice(model: string): PriceRecord {
  return { source: 'mock', model, input: free(), output: free() };
}

/** @returns the price that the table gives; null when it gives none */
export function priceOfEntry(entry: TableEntry | undefined): PriceRecord | null {
  const record = entry && recordOf(entry.id, entry.prices);
  if (!record) return null;
  return entry.contextWindow === undefined ? record : { ...record, contextWindow: entry.contextWindow };
}

/** A model without a price for input or for output has no known price: half a price would pass as a whole one. */
function recordOf(model: string, prices: ModelPrice): PriceRecord | null {
  const input = rateOf(prices['input_mtok']);
  const output = rateOf(prices['output_mtok']);
  if (!input || !output) return null;
  const cachedInput = rateOf(prices['cache_read_mtok']);
  const cacheWrite = rateOf(prices['cache_write_mtok']);
  const reasoning = rateOf(prices['output_reasoning_mtok']);
  const perThousandCalls = rateOf(prices['requests_kcount'])?.base;
  return {
    source: 'genai-prices',
    model,
    input,
    output,
    ...(cachedInput && { cachedInput }),
    ...(cacheWrite && { cacheWrite }),
    ...(reasoning && { reasoning }),
    ...(perThousandCalls !== undefined && { perCall: perThousandCalls * 1000 }),
  };
}

function rateOf(price: ModelPrice[string]): Rate | undefined {
  if (price === undefined) return undefined;
  if (typeof price === 'number') return { base: picoUsd(price), tiers: [] };
  const tiers = [...price.tiers].sort((a, b) => a.start - b.start);
  return { base: picoUsd(price.base), tiers: tiers.map((tier) => ({ above: tier.start, price: picoUsd(tier.price) })) };
}

/** USD for a million tokens → pico-dollars for one. Rounding takes away what binary fractions add (0.1 + 0.2). */
function picoUsd(usdPerMillion: number): number {
  return Math.round(usdPerMillion * 1e6);
}

function free(): Rate {
  return { base: 0, tiers: [] };
}

/**
 * Reads a price back from a record. @returns null for null and for anything that is not a price: unknown, never zero
 */
export function readPrice(recorded: unknown): PriceRecord | null {
  if (!isObject(recorded)) return null;
  const { source, model, input, output, cachedInput, cacheWrite, reasoning, perCall, contextWindow } = recorded;
  if (typeof source !== 'string' || typeof model !== 'string' || !isRate(input) || !isRate(output)) return null;
  const rest = { cachedInput, cacheWrite, reasoning };
  if (Object.values(rest).some((rate) => rate !== undefined && !isRate(rate))) return null;
  if (perCall !== undefined && typeof perCall !== 'number') return null;
  if (contextWindow !== undefined && typeof contextWindow !== 'number') return null;
  return {
    source,
    model,
    input,
    output,
    ...(isRate(cachedInput) && { cachedInput }),
    ...(isRate(cacheWrite) && { cacheWrite }),
    ...(isRate(reasoning) && { reasoning }),
    ...(perCall !== undefined && { perCall }),
    ...(contextWindow !== undefined && { contextWindow }),
  };
}

function isRate(value: unknown): value is Rate {
  return (
    isObject(value) &&
    typeof value['base'] === 'number' &&
    Array.isArray(value['tiers']) &&
    value['tiers'].every(isTier)
  );
}

function isTier(value: unknown): boolean {
  return isObject(value) && typeof value['above'] === 'number' && typeof value['price'] === 'number';
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
