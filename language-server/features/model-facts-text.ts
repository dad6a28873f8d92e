// What is known of a model, in words: prices for a million tokens, the context window. Unknown is said as unknown.
import type { ModelBook } from '../../models/index.ts';

type Facts = ReturnType<ModelBook['factsOf']>;
type Price = NonNullable<Facts['price']>;
type Rate = Price['input'];

const picoPerDollar = 1_000_000;
const whole = new Intl.NumberFormat('en-US');

/** @returns `$0.25 in · $2 out per million tokens · window 400,000` */
export function modelInOneLine({ price, contextWindow }: Facts): string {
  const window = contextWindow === undefined ? '' : ` · window ${whole.format(contextWindow)}`;
  if (price === null) return `price unknown${window}`;
  if (price.source === 'mock') return 'answers from `mock`: no key, no cost';
  const rates = `${dollars(price.input.base)} in · ${dollars(price.output.base)} out per million tokens`;
  return `${rates}${window}`;
}

/** @returns lines of Markdown */
export function modelInMarkdown({ price, contextWindow }: Facts): readonly string[] {
  if (price?.source === 'mock') return ['Answers from `mock`: no key, no cost.'];
  const window = `Context window: ${contextWindow === undefined ? 'unknown' : `${whole.format(contextWindow)} tokens`}.`;
  if (price === null) return ['Price: unknown.', window];
  return [`Per million tokens: ${ratesOf(price, (rate) => rate.base)}.`, ...tiersOf(price), ...perCall(price), window];
}

const rateNames: readonly (readonly [
  keyof Price & ('input' | 'cachedInput' | 'cacheWrite' | 'output' | 'reasoning'),
  string,
])[] = [
  ['input', 'input'],
  ['cachedInput', 'cached input'],
  ['cacheWrite', 'written to the cache'],
  ['output', 'output'],
  ['reasoning', 'reasoning'],
];

function ratesOf(price: Price, rateOf: (rate: Rate) => number): string {
  return rateNames
    .flatMap(([key, name]) => {
      const rate = price[key];
      return rate ? [`${name} ${dollars(rateOf(rate))}`] : [];
    })
    .join(' · ');
}

/** Prices that hold for calls with a large input. */
function tiersOf(price: Price): readonly string[] {
  const steps = new Set(rateNames.flatMap(([key]) => price[key]?.tiers.map(({ above }) => above) ?? []));
  return [...steps]
    .sort((a, b) => a - b)
    .map((step) => {
      const rates = ratesOf(price, ({ base, tiers }) => tiers.findLast(({ above }) => above <= step)?.price ?? base);
      return `Of a call with more than ${whole.format(step)} input tokens: ${rates}.`;
    });
}

function perCall({ perCall: cost }: Price): readonly string[] {
  return cost === undefined || cost === 0 ? [] : [`Beside the tokens, each call costs ${dollars(cost / 1e6)}.`];
}

/** From pico-dollars a token, which are micro-dollars a million. */
function dollars(rate: number): string {
  return `$${Number((rate / picoPerDollar).toPrecision(6))}`;
}
