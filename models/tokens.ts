import { readPrice } from './prices.ts';

const encoder = new TextEncoder();

/**
 * An upper bound of the tokens a text can take, without a tokenizer: its bytes in UTF-8. It holds for every
 * byte-level vocabulary, because each of their tokens stands for at least one byte.
 * @returns whole tokens; about four times the true number for English prose
 */
export function tokenBound(text: string): number {
  return encoder.encode(text).length;
}

/**
 * The most tokens that a model can have been sent with a text, or can have written one in: those of the text, and no more
 * than its window holds.
 * @param price of the model, as a record kept it; null when nothing is known
 */
export function tokensWithin(price: object | null, text: string): number {
  return Math.min(tokenBound(text), readPrice(price)?.contextWindow ?? Infinity);
}
