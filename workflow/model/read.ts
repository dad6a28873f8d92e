// Reads single values out of a tree, leniently: what has another type is absent. That it has, `check-shape` says.
import { isJsonObject, type Json, type JsonSchema } from '../../schemas/index.ts';
import { itemsOf, type Node, type ScalarNode, valueOf } from '../syntax/tree.ts';
import { durationMs } from './durations.ts';
import { jsonOf } from './templates.ts';

export function scalarAt(node: Node | undefined, key: string): ScalarNode | undefined {
  const value = valueOf(node, key);
  return value?.kind === 'scalar' && value.value !== null ? value : undefined;
}

/** A text; also one that lacks its quotes (`version: 1.0`). */
export function textAt(node: Node | undefined, key: string): string | undefined {
  return scalarAt(node, key)?.text;
}

export function numberAt(node: Node | undefined, key: string): number | undefined {
  const value = scalarAt(node, key)?.value;
  return typeof value === 'number' ? value : undefined;
}

export function booleanAt(node: Node | undefined, key: string): boolean | undefined {
  const value = scalarAt(node, key)?.value;
  return typeof value === 'boolean' ? value : undefined;
}

/** One of the listed words, else undefined. */
export function wordAt<T extends string>(node: Node | undefined, key: string, words: readonly T[]): T | undefined {
  const text = textAt(node, key);
  return words.find((word) => word === text);
}

export function durationAt(node: Node | undefined, key: string): number | undefined {
  const text = textAt(node, key);
  return text === undefined ? undefined : durationMs(text);
}

/** The texts of a list, each with its place. */
export function textsAt(node: Node | undefined, key: string): readonly ScalarNode[] {
  return itemsOf(valueOf(node, key)).filter(
    (item): item is ScalarNode => item.kind === 'scalar' && item.value !== null,
  );
}

export function schemaAt(node: Node | undefined, key: string): JsonSchema | undefined {
  const value = valueOf(node, key);
  const json = value ? jsonOf(value) : undefined;
  return isJsonObject(json) ? json : undefined;
}

export function jsonAt(node: Node | undefined, key: string): Json | undefined {
  const value = valueOf(node, key);
  return value ? jsonOf(value) : undefined;
}

/** An object without the keys whose value is undefined, as exact optional properties want it. */
export function defined<T extends object>(
  object: T,
): { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
} {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as ReturnType<typeof defined<T>>;
}
