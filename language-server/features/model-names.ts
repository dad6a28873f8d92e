// Models to suggest. A few that many use, each with a known price (a test asks the price table), and the providers that
// the workspace declares. Any other name may be written.

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
  readonly detail: string;
}

/** @param providers declared in the configuration @returns names to choose from, those without cost first */
export function modelNames(providers: readonly string[]): readonly ModelName[] {
  const declared = providers.filter((name) => !['openai', 'anthropic', 'mock'].includes(name));
  return [
    { value: 'mock/small', detail: 'answers from `mock`: no key, no cost' },
    { value: 'mock/large', detail: 'answers from `mock`: no key, no cost' },
    ...declared.map((name) => ({ value: `${name}/`, detail: 'provider in .segue/config.yaml' })),
    ...wellKnown.map((value) => ({ value, detail: value.slice(0, value.indexOf('/')) })),
  ];
}

/** The well-known ones. */
export function wellKnownModels(): readonly string[] {
  return wellKnown;
}
