// What completion and hover ask about a place of a file. The answers come from the schema that validates it.
import {
  agentSchema,
  configSchema,
  type Json,
  type JsonSchema,
  type ValueKind,
  workflowSchema,
} from '../../schemas/index.ts';
import { type Node, pairsOf } from '../syntax/tree.ts';
import {
  alternativesOf,
  childShape,
  followed,
  kindOf,
  keysOf,
  narrowed,
  type Path,
  requiredOf,
  type Shape,
  shapesAt,
  typesOf,
  valuesOf,
} from './shape.ts';

/** Which of our files a text is. */
export type FileKind = 'workflow' | 'config' | 'agent';

/** A key, or the value at a place, as its schema describes it. */
export interface KeyInfo {
  /** The last step of the path; of an element of a list its number as text. */
  readonly key: string;
  readonly required: boolean;
  readonly description?: string;
  readonly examples: readonly Json[];
  /** What the value names or means: the name of an agent, a duration, … Undefined: nothing beyond its JSON type. */
  readonly kind?: ValueKind;
  /** The values that may stand here, if they can be listed. */
  readonly values: readonly Json[];
  /** What each of them means; those of which no more is said than of the key are left out. */
  readonly valueDocs: ReadonlyMap<Json, string>;
  /** JSON types the value may have: `string`, `integer`, `number`, `boolean`, `array`, `object`. Empty: any. */
  readonly types: readonly string[];
}

/**
 * What stands at a path, such as `['tasks', 'draft', 'retry']` or `['env', 0]`.
 * @param root the tree of the file; it decides between alternatives (the type of a task)
 * @returns undefined for a path that the schema does not know
 */
export function describeKey(root: Node | undefined, path: Path, file: FileKind = 'workflow'): KeyInfo | undefined {
  const last = path.at(-1);
  const shapes = shapesAt(root, path, schemaOf(file));
  if (last === undefined || shapes.length === 0) return undefined;
  const parents = shapesAt(root, path.slice(0, -1), schemaOf(file)).flatMap(alternativesOf);
  const required = parents.length > 0 && parents.every((parent) => requiredOf(parent).includes(String(last)));
  return keyInfo(String(last), required, shapes);
}

/**
 * The keys that the map at a path may have, in the order of the schema; those it already has are left out.
 * @returns an empty list for maps whose keys are the author's (names of tasks, inputs …)
 */
export function keysAt(root: Node | undefined, path: Path, file: FileKind = 'workflow'): readonly KeyInfo[] {
  const node = nodeAt(root, path);
  const shapes = shapesAt(root, path, schemaOf(file)).flatMap((shape) => narrowed(node, shape));
  const written = new Set(pairsOf(node).map((pair) => pair.key));
  const names = new Set(shapes.flatMap(keysOf).filter((name) => !written.has(name)));
  return [...names].map((name) => {
    const children = shapes.flatMap((shape) => childShape(shape, name) ?? []);
    const required = shapes.every((shape) => requiredOf(shape).includes(name));
    return keyInfo(name, required, children);
  });
}

/** @returns what is written at a path. */
export function nodeAt(root: Node | undefined, path: Path): Node | undefined {
  let node = root;
  for (const step of path) {
    if (typeof step === 'number') node = node?.kind === 'list' ? node.items[step] : undefined;
    else node = pairsOf(node).find((pair) => pair.key === step)?.value;
  }
  return node;
}

function keyInfo(key: string, required: boolean, shapes: readonly Shape[]): KeyInfo {
  const described = shapes.map((shape) => followed(shape).schema);
  const open = shapes.flatMap(alternativesOf);
  const description = described.find((schema) => typeof schema['description'] === 'string')?.['description'];
  const kind =
    shapes.map(kindOf).find((found) => found !== undefined) ?? open.map(kindOf).find((found) => found !== undefined);
  return {
    key,
    required,
    ...(typeof description === 'string' ? { description } : {}),
    examples: distinct(described.flatMap((schema) => (Array.isArray(schema['examples']) ? schema['examples'] : []))),
    ...(kind ? { kind } : {}),
    values: distinct(open.flatMap((shape) => valuesOf(shape) ?? [])),
    valueDocs: docsOfValues(shapes),
    types: distinct(open.flatMap(typesOf)),
  };
}

/** Of a word that is the only one of its shape, such as a type of task, the description is its own. */
function docsOfValues(shapes: readonly Shape[]): ReadonlyMap<Json, string> {
  const described = shapes.flatMap((shape): readonly (readonly [Json, string])[] => {
    const [value, ...more] = valuesOf(shape) ?? [];
    const description = followed(shape).schema['description'];
    return value !== undefined && more.length === 0 && typeof description === 'string' ? [[value, description]] : [];
  });
  return new Map(described.reverse());
}

function distinct<T extends Json>(values: readonly T[]): readonly T[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const text = JSON.stringify(value);
    return !seen.has(text) && seen.add(text);
  });
}

function schemaOf(file: FileKind): JsonSchema {
  return { workflow: workflowSchema, config: configSchema, agent: agentSchema }[file];
}
