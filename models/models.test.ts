import { describe, expect, test } from 'vitest';
import {
  contextWindowOf,
  costNanoUsd,
  dearestNanoUsd,
  defaultMaxOutputTokens,
  isReasoningModel,
  openModelBook,
  type PriceRecord,
  priceOf,
  splitModel,
  tokenBound,
  tokensWithin,
} from './index.ts';

// Expected costs are worked out by hand from the rates in USD for a million tokens, shown beside each case.
const cases = [
  // 1000 × 0.25 + 100 × 2 = 450 µUSD
  { model: 'openai/gpt-5-mini', usage: { inputTokens: 1000, outputTokens: 100 }, nanoUsd: 450_000 },
  // 600 × 0.25 + 400 × 0.025 + 100 × 2 = 360 µUSD; the 20 reasoning tokens are among the 100
  {
    model: 'openai/gpt-5-mini',
    usage: { inputTokens: 1000, cachedInputTokens: 400, outputTokens: 100, reasoningTokens: 20 },
    nanoUsd: 360_000,
  },
  // a dated name is the same model
  { model: 'openai/gpt-4o-2024-08-06', usage: { inputTokens: 1, outputTokens: 0 }, nanoUsd: 2500 },
  // 100 × 3 + 200 × 0.3 + 700 × 3.75 + 50 × 15 = 3735 µUSD
  {
    model: 'anthropic/claude-sonnet-4-5',
    usage: { inputTokens: 1000, cachedInputTokens: 200, cacheWriteTokens: 700, outputTokens: 50 },
    nanoUsd: 3_735_000,
  },
  // exactly 200,000 is still the base price: 200,000 × 3 + 1000 × 15 = 0.615 USD
  { model: 'anthropic/claude-sonnet-4-5', usage: { inputTokens: 200_000, outputTokens: 1000 }, nanoUsd: 615_000_000 },
  // above it everything costs more: 200,000 × 6 + 50,000 × 7.5 + 1000 × 22.5 = 1.5975 USD
  {
    model: 'anthropic/claude-sonnet-4-5',
    usage: { inputTokens: 250_000, cacheWriteTokens: 50_000, outputTokens: 1000 },
    nanoUsd: 1_597_500_000,
  },
  { model: 'mock/anything', usage: { inputTokens: 5000, outputTokens: 900 }, nanoUsd: 0 },
];

describe('prices', () => {
  test.each(cases)('$model $usage costs $nanoUsd nano-dollars', async ({ model, usage, nanoUsd }) => {
    expect(costNanoUsd(await priceOf(model), usage)).toBe(nanoUsd);
  });

  test.each([
    'openai/gpt-of-tomorrow',
    'nobody/gpt-5-mini',
    'my-openai/gpt-5-mini',
    'gpt-5-mini',
    // Only its input has a price.
    'openai/text-embedding-3-small',
  ])('%s has no known price, and so no known cost', async (model) => {
    const price = await priceOf(model);
    expect(price).toBeNull();
    expect(costNanoUsd(price, { inputTokens: 1, outputTokens: 1 })).toBeNull();
  });

  test('a price is plain JSON: a recorded one gives the same cost', async () => {
    const price = await priceOf('anthropic/claude-sonnet-4-5');
    const recorded: object = JSON.parse(JSON.stringify(price));
    expect(recorded).toEqual(price);
    expect(costNanoUsd(recorded, { inputTokens: 1000, outputTokens: 10 })).toBe(3_150_000);
  });

  test('a call of so many tokens never costs more than the dearest way to divide them', async () => {
    const price = await priceOf('anthropic/claude-sonnet-4-5');
    // Above 200,000 tokens: 250,000 × 7.5 (written to the cache) + 1000 × 22.5.
    expect(dearestNanoUsd(price, { inputTokens: 250_000, outputTokens: 1000 })).toBe(1_897_500_000);
    expect(dearestNanoUsd(null, { inputTokens: 1, outputTokens: 1 })).toBeNull();
  });

  test('a text takes no more tokens than the window holds', async () => {
    expect(tokensWithin(await priceOf('openai/gpt-5-mini'), 'x'.repeat(500_000))).toBe(400_000);
    expect(tokensWithin(null, 'x'.repeat(500_000))).toBe(500_000);
  });

  test('what is not a price is unknown', () => {
    expect(
      costNanoUsd({ source: 'x', model: 'y', input: { base: 1, tiers: [] } }, { inputTokens: 1, outputTokens: 1 }),
    ).toBeNull();
  });

  test('a call is rounded up once, not each of its parts', () => {
    const price: PriceRecord = {
      source: 'test',
      model: 'test',
      input: { base: 400, tiers: [] },
      output: { base: 400, tiers: [] },
    };
    expect(costNanoUsd(price, { inputTokens: 1, outputTokens: 1 })).toBe(1);
    expect(costNanoUsd(price, { inputTokens: 0, outputTokens: 0 })).toBe(0);
    expect(costNanoUsd(price, { inputTokens: 2, outputTokens: 1 })).toBe(2);
  });

  test('a price per call is added once', async () => {
    // 14 USD for a thousand calls, 1000 × 3 + 100 × 15 = 4500 µUSD for the tokens.
    const price = await priceOf('perplexity/sonar-pro');
    expect(costNanoUsd(price, { inputTokens: 1000, outputTokens: 100 })).toBe(14_000_000 + 4_500_000);
  });
});

describe('limits', () => {
  test('context windows come from the table', async () => {
    expect(await contextWindowOf('openai/gpt-5-mini')).toBe(400_000);
    expect(await contextWindowOf('openai/gpt-of-tomorrow')).toBeUndefined();
    expect(await contextWindowOf('mock/anything')).toBeUndefined();
  });

  test.each([
    ['openai/gpt-5-mini', true],
    ['openai/o3', true],
    ['openai/gpt-5-chat-latest', false],
    ['openai/gpt-4o', false],
    ['anthropic/claude-sonnet-5', true],
    ['anthropic/claude-3-5-haiku-latest', false],
    ['openrouter/deepseek/deepseek-r1', true],
    ['mock/writer', false],
  ])('%s reasons: %s', (model, reasons) => {
    expect(isReasoningModel(model)).toBe(reasons);
    expect(defaultMaxOutputTokens(model)).toBe(reasons ? 8192 : 4096);
  });

  test('names split at the first slash', () => {
    expect(splitModel('openrouter/deepseek/deepseek-r1')).toEqual({
      provider: 'openrouter',
      name: 'deepseek/deepseek-r1',
    });
    expect(splitModel('gpt-5')).toEqual({ provider: '', name: 'gpt-5' });
  });

  test('the token bound counts bytes', () => {
    expect(tokenBound('')).toBe(0);
    expect(tokenBound('abc')).toBe(3);
    expect(tokenBound('ä€😀')).toBe(9);
  });
});

describe('the book of models', () => {
  test('says at once what is known, and of what is not known that it is not', async () => {
    const book = await openModelBook();
    for (const model of ['openai/gpt-5-mini', 'anthropic/claude-sonnet-4-5', 'mock/small', 'my-own/model', 'nothing']) {
      const contextWindow = await contextWindowOf(model);
      expect(book.factsOf(model)).toEqual({
        price: await priceOf(model),
        ...(contextWindow === undefined ? {} : { contextWindow }),
      });
    }
    expect(book.factsOf('my-own/model').price).toBeNull();
  });

  test('lists the models of a provider that have a price', async () => {
    const book = await openModelBook();
    expect(book.modelsOf('anthropic')).toContain('anthropic/claude-sonnet-4-5');
    for (const model of book.modelsOf('groq')) expect(book.factsOf(model).price, model).not.toBeNull();
    expect(book.modelsOf('my-own')).toEqual([]);
  });
});
