// How outputs of branches become one without a model: put together, laid over each other, counted.
import { isJsonObject, type Json, type JsonObject } from '../../run/index.ts';
import { textOf } from './values.ts';

/** What the branches gave, by their names, in the order of the file. */
export type BranchOutputs = readonly (readonly [name: string, value: Json])[];

/** One list of all elements, or one text. @param joins `either`: a list if all are lists */
export function concatenated(outputs: BranchOutputs, joins: 'text' | 'list' | 'either', separator: string): Json {
  const values = outputs.map(([, value]) => value);
  const isList = joins === 'list' || (joins === 'either' && values.length > 0 && values.every(Array.isArray));
  return isList ? values.flat() : values.map(textOf).join(separator);
}

/** Objects laid over each other at every depth; where two say different things, the later one counts. */
export function merged(outputs: BranchOutputs): { readonly output: Json; readonly details: JsonObject } {
  const conflicts: Json[] = [];
  const output = outputs.length === 0 ? {} : mergedAt('', outputs, conflicts);
  return { output, details: { conflicts } };
}

function mergedAt(path: string, values: BranchOutputs, conflicts: Json[]): Json {
  // What is no object covers all that is below it.
  const covered = values.findLastIndex(([, value]) => !isJsonObject(value)) + 1;
  const differ = covered > 0 && new Set(values.map(([, value]) => canonical(value))).size > 1;
  if (differ) conflicts.push({ path, values: Object.fromEntries(values) });
  if (covered === values.length) return values.at(-1)?.[1] ?? null;
  const objects = values
    .slice(covered)
    .flatMap(([name, value]) => (isJsonObject(value) ? [[name, value] as const] : []));
  const keys = new Set(objects.flatMap(([, value]) => Object.keys(value)));
  const fields = [...keys].map((key) => {
    const inside = objects.flatMap(
      ([name, value]): BranchOutputs => (Object.hasOwn(value, key) ? [[name, value[key] ?? null]] : []),
    );
    return [key, mergedAt(path === '' ? key : `${path}.${key}`, inside, conflicts)] as const;
  });
  return Object.fromEntries(fields);
}

/** Who voted for what, in the order in which the answers first come up. */
export interface Vote {
  readonly value: Json;
  readonly branches: readonly string[];
}

/** Counts equal answers; of texts neither case nor white space at the ends counts. The first with the most votes wins. */
export function counted(outputs: BranchOutputs): {
  readonly votes: readonly Vote[];
  readonly winners: readonly Vote[];
} {
  const votes = new Map<string, { readonly value: Json; readonly branches: string[] }>();
  for (const [name, value] of outputs) {
    const key = typeof value === 'string' ? value.trim().toLowerCase() : canonical(value);
    const vote = votes.get(`${typeof value} ${key}`) ?? { value, branches: [] };
    vote.branches.push(name);
    votes.set(`${typeof value} ${key}`, vote);
  }
  const all = [...votes.values()];
  const most = Math.max(...all.map(({ branches }) => branches.length));
  return { votes: all, winners: all.filter(({ branches }) => branches.length === most) };
}

/** JSON text in which the order of keys does not matter. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`);
  return `{${fields.join(',')}}`;
}
