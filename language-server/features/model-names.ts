// Models to suggest: of the providers that the workspace declares, mock ones, and a few that many use, each with a known
// price (a test asks the price table). Any other name may be written.
import type { ModelBook } from '../../models/index.ts';

const wellKnown = [
  'openai/gpt-5-mini',
  'openai/gpt-5',
  'openai/gpt-5-nano',
  'openai/gpt-4.1',
  'openai/gpt-4.1-mini',
  'anthropic/claude-sonnet-4-5',
  'anthropic/claude-haiku-4-5',
  'anthropic/claude-opus-4-5',
] as const;

export interface ModelName {
  readonly value: string;
  /** It is only the provider, `local/`: which models it has is not known. */
  readonly provider?: string;
}

/** @param providers declared in the configuration @returns names to choose from: theirs, those without cost, others */
export function modelNames(providers: readonly string[], book: ModelBook | undefined): readonly ModelName[] {
  const declared = providers.filter((name) => name !== 'mock').flatMap((name) => modelsOf(name, book));
  const mocks = ['mock/small', 'mock/large'].map((value) => ({ value }));
  const names = [...declared, ...mocks, ...wellKnown.map((value) => ({ value }))];
  return [...new Map(names.map((name) => [name.value, name])).values()];
}

/** The well-known ones of a provider, else all that the price table has of it, else its name. */
function modelsOf(provider: string, book: ModelBook | undefined): readonly ModelName[] {
  const known = wellKnown.filter((model) => model.startsWith(`${provider}/`));
  const models = known.length > 0 ? known : (book?.modelsOf(provider) ?? []);
  return models.length > 0 ? models.map((value) => ({ value })) : [{ value: `${provider}/`, provider }];
}

/** The well-known ones. */
export function wellKnownModels(): readonly string[] {
  return wellKnown;
}
