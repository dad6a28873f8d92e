// Upper bounds that may not be there: what is known, and why there is no more to say. Invariant:
//   B1. If nothing is open, `known` is never below what it bounds. If something is, it bounds the rest.

export interface Bound {
  readonly known: number;
  /** Why there is no upper bound, each reason once; empty: there is one. */
  readonly open: readonly string[];
}

export const nothing: Bound = { known: 0, open: [] };

export function atMost(known: number): Bound {
  return { known, open: [] };
}

export function openBecause(...reasons: readonly string[]): Bound {
  return { known: 0, open: reasons };
}

export function sumOf(bounds: readonly Bound[]): Bound {
  return joined(
    bounds.reduce((sum, { known }) => sum + known, 0),
    bounds,
  );
}

/** Of several of which one happens. */
export function greatestOf(bounds: readonly Bound[]): Bound {
  return joined(Math.max(0, ...bounds.map(({ known }) => known)), bounds);
}

/** The smaller of two bounds of the same thing: one of them is enough. */
export function leastOf(one: Bound, other: Bound): Bound {
  if (one.open.length > 0) return other.open.length > 0 ? joined(0, [one, other]) : other;
  return other.open.length > 0 || one.known <= other.known ? one : other;
}

export function timesOf({ known, open }: Bound, count: number): Bound {
  return count === 0 ? nothing : { known: known * count, open };
}

function joined(known: number, bounds: readonly Bound[]): Bound {
  return { known, open: [...new Set(bounds.flatMap(({ open }) => open))] };
}
