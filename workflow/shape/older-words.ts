// Words of other tools and of older habits, and what they are called here. A key that is not known but stands in this
// list gets a fix that renames it, if the new word may stand there.
export const olderWords: { readonly [word: string]: string } = {
  system_prompt: 'instructions',
  instruction: 'instructions',
  system: 'instructions',
  depends_on: 'needs',
  dependencies: 'needs',
  if: 'when',
  llm_backend: 'model',
  llm: 'model',
  steps: 'tasks',
  nodes: 'tasks',
  foreach: 'items',
  max_turns: 'max_iterations',
  max_tokens: 'max_output_tokens',
  response_format: 'output_schema',
  args: 'with',
  arguments: 'with',
  parallelism: 'max_parallel',
  max_concurrency: 'max_parallel',
};

/** Whether a key names what now stands before the `/` of `model`. */
export function isHalfOfModel(key: string): boolean {
  return key === 'llm_backend' || key === 'llm';
}
