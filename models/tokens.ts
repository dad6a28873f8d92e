const encoder = new TextEncoder();

/**
 * An upper bound of the tokens a text can take, without a tokenizer: its bytes in UTF-8. It holds for every
 * byte-level vocabulary, because each of their tokens stands for at least one byte.
 * @returns whole tokens; about four times the true number for English prose
 */
export function tokenBound(text: string): number {
  return encoder.encode(text).length;
}
