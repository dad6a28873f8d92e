/**
 * Splits the name of a model as a workflow writes it.
 * @param model `provider/model`; what follows the first slash is the provider's own name and may hold slashes
 * @returns both parts; a name without a slash has an empty provider
 */
export function splitModel(model: string): { readonly provider: string; readonly name: string } {
  const slash = model.indexOf('/');
  return { provider: model.slice(0, Math.max(slash, 0)), name: model.slice(slash + 1) };
}
