// What an expression may name where it stands. Types are shared between places that see the same, so that a thousand
// tasks do not make a thousand times a thousand types, and built when first asked for.
import type { Surroundings } from './draft.ts';
import type { NameTypes, ValueType } from './model.ts';

/** A place that sees these names and nothing else. */
export function surroundedBy(build: () => NameTypes): Surroundings {
  return { names: once(build) };
}

/** A place inside another, with names of its own. */
export function within(outer: Surroundings, build: () => NameTypes): Surroundings {
  return { outer, names: once(() => ({ ...outer.names(), ...build() })) };
}

/** @returns a function that computes its value when first called. */
export function once<T>(compute: () => T): () => T {
  let value: { readonly of: T } | undefined;
  return () => {
    value ??= { of: compute() };
    return value.of;
  };
}

/** @returns every scope that is visible from a place, the innermost first. */
export function levelsOf(place: Surroundings): readonly NonNullable<Surroundings['level']>[] {
  const levels = [];
  for (let at: Surroundings | undefined = place; at; at = at.outer) if (at.level) levels.push(at.level);
  return levels;
}

/** The fields of an object type that a place already sees under a root name. */
export function fieldsOf(names: NameTypes, root: string): { readonly [name: string]: ValueType } {
  const type = names[root];
  return type?.kind === 'object' ? type.fields : {};
}
