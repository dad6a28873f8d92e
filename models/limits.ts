import { splitModel } from './name.ts';
import { findInTable } from './table.ts';

const DEFAULT_OUTPUT_TOKENS = 4096;
const DEFAULT_OUTPUT_TOKENS_REASONING = 8192;

/** Families that think before they answer, by the beginning of the provider's own name. Kept by hand. */
const reasoningFamilies = [
  /^o\d/,
  /^gpt-(?:[5-9]|oss)(?!.*-chat)/,
  /^claude-(?:3-7|(?:opus|sonnet|haiku|fable|mythos)-(?:[4-9]|\d\d))/,
  /^gemini-(?:2\.5|[3-9])/,
  /^grok-(?:[4-9]|3-mini)/,
  /^(?:deepseek-reasoner|deepseek-r\d|qwq|qwen3|magistral)/,
];

/** @returns whether the model spends output tokens on thinking, as far as its name tells */
export function isReasoningModel(model: string): boolean {
  const name = splitModel(model).name.split('/').at(-1) ?? '';
  return /thinking|reasoning/.test(name) || reasoningFamilies.some((family) => family.test(name));
}

/** @returns how many output tokens a call is sent with when it must say a number and the workflow says none */
export function defaultMaxOutputTokens(model: string): number {
  return isReasoningModel(model) ? DEFAULT_OUTPUT_TOKENS_REASONING : DEFAULT_OUTPUT_TOKENS;
}

/**
 * The size of a model's context window.
 * @param model `provider/model`
 * @returns tokens, or undefined when it is not known
 */
export async function contextWindowOf(model: string): Promise<number | undefined> {
  return (await findInTable(model))?.contextWindow;
}
