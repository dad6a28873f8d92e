// Shared values with their versions. Each write of a value gives it the next version; the entries of a map can be read
// and written alone (`notes.today`), and count with it.
import { type Failure, failure, isJsonObject, type Json } from '../../run/index.ts';
import { validateJson } from '../../workflow/index.ts';
import type { FileInstance } from './state.ts';
import type { SharedVersion, SharedVersions } from './together.ts';

/** How many versions of a value are kept to be read. */
const maxHistory = 20;

/** A name in parts: a declared value, and perhaps an entry of it. */
export interface SharedName {
  readonly base: string;
  readonly entry: string | undefined;
}

/** `notes.today` → `notes`, `today`. A declared name has no dot. */
export function sharedNameOf(name: string): SharedName {
  const dot = name.indexOf('.');
  return dot < 0 ? { base: name, entry: undefined } : { base: name.slice(0, dot), entry: name.slice(dot + 1) };
}

/** Why a name stands for nothing in a file; undefined if it does. */
export function whyNotShared(file: FileInstance, name: string): Failure | undefined {
  const { base, entry } = sharedNameOf(name);
  const names = file.workflow.shared.map((value) => value.name);
  if (!names.includes(base)) {
    return failure('unknown_shared', `There is no shared value ${base}. There are: ${names.join(', ') || 'none'}.`);
  }
  if (entry === undefined || isJsonObject(file.shared[base])) return undefined;
  return failure('not_a_map', `${name} can not be: the shared value ${base} is no map.`);
}

/** The current value, null for an entry that is not there. */
export function sharedValueOf(file: FileInstance, { base, entry }: SharedName): Json {
  const whole = file.shared[base] ?? null;
  if (entry === undefined) return whole;
  return (isJsonObject(whole) && Object.hasOwn(whole, entry) ? whole[entry] : undefined) ?? null;
}

/** The version of a value and who wrote it; 0 and nobody for a default. */
export function versionOf(
  { together }: FileInstance,
  { base, entry }: SharedName,
): { readonly version: number; readonly by: string | undefined } {
  const known = together.versions.get(base);
  if (!known) return { version: 0, by: undefined };
  if (entry === undefined) return { version: known.version, by: known.history.at(-1)?.by };
  return known.entries.get(entry) ?? { version: known.wholeAt, by: known.wholeBy };
}

/** The versions that are kept, oldest first; of an entry those in which it was written. */
export function historyOf(file: FileInstance, { base, entry }: SharedName): readonly SharedVersion[] {
  const { history } = file.together.versions.get(base) ?? { history: [] };
  if (entry === undefined) return history;
  return history.flatMap((one) =>
    one.entry === undefined || one.entry === entry
      ? [{ ...one, value: (isJsonObject(one.value) ? one.value[entry] : undefined) ?? null }]
      : [],
  );
}

/** The whole value as it is when a part of it has been written. */
export function wholeWith(file: FileInstance, { base, entry }: SharedName, value: Json): Json {
  if (entry === undefined) return value;
  const whole = file.shared[base];
  return { ...(isJsonObject(whole) ? whole : {}), [entry]: value };
}

/** What its schema has against a whole value, as the end of a sentence; undefined: nothing. */
export function problemOfShared({ workflow }: FileInstance, name: string, value: Json): string | undefined {
  const schema = workflow.shared.find((declared) => declared.name === name)?.schema;
  const [problem] = schema ? validateJson(schema, value) : [];
  return problem && `${problem.path || 'value'} ${problem.message}`;
}

/** Folds that a value was written. */
export function writeShared(file: FileInstance, name: SharedName, value: Json, by: string): void {
  const { base, entry } = name;
  const versions = file.together.versions.get(base) ?? newVersions(file.shared[base] ?? null);
  file.together.versions.set(base, versions);
  const whole = wholeWith(file, name, value);
  file.shared[base] = whole;
  versions.version += 1;
  const { version } = versions;
  if (entry === undefined) {
    Object.assign(versions, { wholeAt: version, wholeBy: by });
    versions.entries.clear();
  } else versions.entries.set(entry, { version, by });
  versions.history.push({ version, value: whole, by, entry });
  if (versions.history.length > maxHistory) versions.history.shift();
}

function newVersions(value: Json): SharedVersions {
  const history = [{ version: 0, value, by: undefined, entry: undefined }];
  return { version: 0, wholeAt: 0, wholeBy: undefined, entries: new Map(), history };
}
