import type { Failure, JsonObject } from '../../run/index.ts';
import { failure } from '../../run/index.ts';
import { validateJson } from '../../workflow/index.ts';
import type { Input } from '../../workflow/model/model.ts';

type ResolvedInputs =
  | { readonly ok: true; readonly inputs: JsonObject }
  | { readonly ok: false; readonly refused: Failure };

/** The inputs of a run: those given, checked by their schemas, and defaults for the rest. Every problem is named at once. */
export function resolveInputs(declared: readonly Input[], given: JsonObject): ResolvedInputs {
  const inputs: JsonObject = {};
  const problems: string[] = [];
  for (const { name, schema, required, default: fallback } of declared) {
    const value = given[name] === undefined ? fallback : given[name];
    if (value === undefined) {
      if (required) problems.push(`${name} is required`);
      continue;
    }
    inputs[name] = value;
    for (const { path, message } of validateJson(schema, value)) {
      problems.push(`${path ? `${name}${path.startsWith('[') ? '' : '.'}${path}` : name} ${message}`);
    }
  }
  const known = declared.map(({ name }) => name);
  for (const name of Object.keys(given)) if (!known.includes(name)) problems.push(`${name} is not an input`);
  if (problems.length === 0) return { ok: true, inputs };
  const names = known.length > 0 ? `Inputs of this workflow: ${known.join(', ')}.` : 'This workflow takes no inputs.';
  const message = `The inputs do not fit: ${problems.join('; ')}.`;
  return { ok: false, refused: failure('invalid_inputs', message, { remedy: names, details: { problems } }) };
}
