// Work that can be done a step at a time: between two of them, whoever does it may do something else, or give up.

/** Each `next` is a step; the last one returns what was worked out. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does all steps at once. */
export function finished<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
