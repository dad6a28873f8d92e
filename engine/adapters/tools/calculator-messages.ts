/** What the calculator's thread is asked. */
export interface CalculatorQuestion {
  readonly id: number;
  readonly expression: string;
}

/** What it answers, once for each question, in order. Before the first it says `ready`. */
export type CalculatorAnswer = { readonly id: number } & (
  | { readonly result: number | string }
  | { readonly problem: string }
);
