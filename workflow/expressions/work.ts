// How much one evaluation may do. CEL ends always, but nested macros multiply: without a bound a line of text can run
// for minutes. One unit is one element that a macro visits; text and comparisons cost a fraction per character or part.

/** Units per evaluation. 100,000 elements take well under a second. */
export const workLimit = 100_000;

/** An error in what an expression does, in words for its author. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/** Counts the work of one evaluation. Once exceeded it stays exceeded: `||` and `exists` swallow errors. */
export class Work {
  #units = 0;

  charge(units: number): void {
    this.#units += units;
    this.check();
  }

  check(): void {
    if (this.#units <= workLimit) return;
    throw new ExpressionError(
      `The expression did too much work: its lists and texts together are too large (more than ${workLimit} steps).`,
    );
  }
}

const charactersPerUnit = 1_000;
const partsPerUnit = 50;

/** Charges a macro that visits each element. */
export function chargeVisit(work: Work, value: unknown): void {
  work.charge(sizeOf(value));
}

/** Charges an operation that reads or copies a text or the top level of a list. */
export function chargeUse(work: Work, value: unknown): void {
  if (typeof value === 'string') work.charge(value.length / charactersPerUnit);
  else if (Array.isArray(value)) work.charge(value.length / partsPerUnit);
}

/** Charges an operation that reads a value to its leaves: comparison, JSON text. */
export function chargeDeep(work: Work, value: unknown): void {
  chargeUse(work, value);
  if (typeof value !== 'object' || value === null) return;
  const parts = partsOf(value);
  work.charge(1 / partsPerUnit);
  for (const part of parts) {
    if (typeof part === 'object' || typeof part === 'string') chargeDeep(work, part);
  }
}

function sizeOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? partsOf(value).length : 1;
}

function partsOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value instanceof Map ? [...value.values()] : Object.values(value);
}
