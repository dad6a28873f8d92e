import { isJsonObject, type Json } from '../json.ts';

/** A value kept outside its event, by the SHA-256 (hex) of its JSON text in UTF-8. */
export interface LargeValue {
  readonly hash: string;
  readonly bytes: number;
  /** The beginning of the JSON text, for the eye. */
  readonly preview: string;
}

/** The key that marks a large value where JSON stands: `{"$large": {hash, bytes, preview}}`. */
const marker = '$large';

/** The JSON that stands in an event in place of a large value. */
export function largeReference(large: LargeValue): Json {
  return { [marker]: { ...large } };
}

/** The large value that this JSON stands for, or undefined if it is a plain value. */
export function largeOf(value: Json | undefined): LargeValue | undefined {
  if (!isJsonObject(value)) return undefined;
  const inner = value[marker];
  if (!isJsonObject(inner) || Object.keys(value).length !== 1) return undefined;
  const { hash, bytes, preview } = inner;
  if (typeof hash !== 'string' || typeof bytes !== 'number' || typeof preview !== 'string') return undefined;
  return { hash, bytes, preview };
}
