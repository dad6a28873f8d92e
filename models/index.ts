// The front door of `models`: what is known about a model by its name alone. Pure.
export { type PriceRecord, priceOf } from './prices.ts';
export { costNanoUsd, dearestNanoUsd } from './cost.ts';
export { type ModelBook, openModelBook } from './facts.ts';
export { contextWindowOf, defaultMaxOutputTokens, isReasoningModel } from './limits.ts';
export { splitModel } from './name.ts';
export { tokenBound, tokensWithin } from './tokens.ts';
