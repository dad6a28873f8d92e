// `get_shared` and `set_shared`, as what they answer and change.
import { failure, type Json } from '../../run/index.ts';
import { type Answer, type EngineCall, given, refused } from './engine-call.ts';
import { jsonBytes } from './json-bytes.ts';
import {
  historyOf,
  problemOfShared,
  sharedNameOf,
  sharedValueOf,
  versionOf,
  whyNotShared,
  wholeWith,
} from './shared-values.ts';
import type { SharedVersion } from './together.ts';

/** A shared value may take this many bytes of JSON text when a tool has written it. */
const maxWholeBytes = 1024 * 1024;

interface Getting {
  readonly name: string;
  readonly newer_than?: number;
  readonly history?: boolean;
}

/** A shared value with its version. */
export function getShared({ node: { file }, input }: EngineCall): Answer {
  const { name, newer_than: newerThan, history } = input as unknown as Getting;
  const problem = whyNotShared(file, name);
  if (problem) return refused(problem);
  const shared = sharedNameOf(name);
  const { version, by } = versionOf(file, shared);
  const answer = given({
    ...shownVersion({ version, by, value: sharedValueOf(file, shared) }),
    ...(history && { history: historyOf(file, shared).map(shownVersion) }),
  });
  const isOld = newerThan !== undefined && version <= newerThan;
  return isOld ? { ...answer, awaits: [`shared ${shared.base}`] } : answer;
}

function shownVersion({ version, value, by }: Pick<SharedVersion, 'version' | 'value' | 'by'>) {
  return { version, value, ...(by !== undefined && { by }) };
}

interface Setting {
  readonly name: string;
  readonly value: Json;
  readonly if_version?: number;
  readonly expected?: Json;
}

/** Writes a shared value, if it is still what the caller thinks it is. */
export function setShared({ node: { file }, input }: EngineCall): Answer {
  const { name, value, if_version: ifVersion, expected } = input as unknown as Setting;
  if (ifVersion !== undefined && expected !== undefined)
    return refused(failure('invalid_input', '`if_version` and `expected` exclude each other.'));
  const problem = whyNotShared(file, name);
  if (problem) return refused(problem);
  const shared = sharedNameOf(name);
  const { version, by } = versionOf(file, shared);
  const isOther =
    (ifVersion !== undefined && ifVersion !== version) ||
    (expected !== undefined && !isSame(expected, sharedValueOf(file, shared)));
  if (isOther) {
    const writer = by === undefined ? '' : `, written by ${by}`;
    return refused(
      failure('conflict', `The shared value ${name} has changed: it has version ${version}${writer}.`, {
        remedy: 'Read it again, then write it.',
        details: { version },
      }),
    );
  }
  const whole = wholeWith(file, shared, value);
  const misfit = problemOfShared(file, shared.base, whole);
  if (misfit) return refused(failure('invalid_shared', `The shared value ${name}: ${misfit}.`));
  if (jsonBytes(whole, maxWholeBytes) > maxWholeBytes) {
    const message = `The shared value ${shared.base} would take more than 1 MB.`;
    return refused(failure('too_large', message, { remedy: 'Keep less in it.' }));
  }
  const next = (file.together.versions.get(shared.base)?.version ?? 0) + 1;
  return { ...given({ version: next }), shared: { name, version: next } };
}

/** Whether two values are the same as JSON, in whatever order their keys stand. */
function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
    );
  }
  return a === b;
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json | undefined } & object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
