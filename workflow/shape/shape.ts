// Reads the published JSON Schema as data: which shape a place of a file has, and what may stand there. Validation,
// completion and hover all ask here, so they can not disagree.
import { isJsonObject, type Json, type JsonSchema, type ValueKind } from '../../schemas/index.ts';
import { itemsOf, type Node, pairsOf, valueOf } from '../syntax/tree.ts';

/** The shape of one place: a schema, and the file's whole schema for what it refers to. */
export interface Shape {
  readonly schema: JsonSchema;
  readonly file: JsonSchema;
}

/** @returns the shape of a whole file. */
export function fileShape(file: JsonSchema): Shape {
  return { schema: file, file };
}

/** @returns the shape with its `$ref`s followed; what stands beside a `$ref` (a description) wins over what it names. */
export function followed(shape: Shape): Shape {
  let schema = shape.schema;
  for (let steps = 0; steps < 20 && typeof schema['$ref'] === 'string'; steps += 1) {
    const { $ref: reference, ...beside } = schema;
    schema = { ...namedSchema(shape.file, String(reference)), ...beside };
  }
  return { schema, file: shape.file };
}

function namedSchema(file: JsonSchema, reference: string): JsonSchema {
  const definitions = file['$defs'];
  const found = isJsonObject(definitions) ? definitions[reference.replace('#/$defs/', '')] : undefined;
  return isJsonObject(found) ? found : {};
}

/** @returns the alternatives of a shape, nested ones opened; a shape without alternatives is its only one. */
export function alternativesOf(shape: Shape): readonly Shape[] {
  const { schema, file } = followed(shape);
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (!Array.isArray(alternatives)) return [{ schema, file }];
  return alternatives.filter(isJsonObject).flatMap((alternative) => alternativesOf({ schema: alternative, file }));
}

/** @returns what the value is beyond its JSON type. */
export function kindOf(shape: Shape): ValueKind | undefined {
  const kind = followed(shape).schema['x-segue'];
  return typeof kind === 'string' ? (kind as ValueKind) : undefined;
}

/** @returns true for `do`, `fallback` and the values of `tasks`: alternatives told apart by `type`. */
export function isTaskShape(shape: Shape): boolean {
  return followed(shape).schema['x-segue'] === 'task-body';
}

/** @returns the JSON types that a value of this shape may have; empty for any. */
export function typesOf(shape: Shape): readonly string[] {
  const type = followed(shape).schema['type'];
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(String);
  return valuesOf(shape)?.every((value) => typeof value === 'string') ? ['string'] : [];
}

/** Tells whether what was written has a JSON type that the shape allows. */
export function typeFits(node: Node, shape: Shape): boolean {
  const types = typesOf(shape);
  return types.length === 0 || typesOfNode(node).some((type) => types.includes(type));
}

function typesOfNode(node: Node): readonly string[] {
  if (node.kind === 'map') return ['object'];
  if (node.kind === 'list') return ['array'];
  if (typeof node.value === 'number') return Number.isInteger(node.value) ? ['integer', 'number'] : ['number'];
  return [node.value === null ? 'null' : typeof node.value];
}

/** @returns the values that may stand here, if they are listed. */
export function valuesOf(shape: Shape): readonly Json[] | undefined {
  const { schema } = followed(shape);
  if (Array.isArray(schema['enum'])) return schema['enum'];
  return schema['const'] === undefined ? undefined : [schema['const']];
}

/**
 * Chooses among the alternatives of a shape by what was written: first by JSON type; tasks by `type`, or the key that
 * says it; other maps by their keys.
 * @returns undefined if none fits
 */
export function chosen(node: Node, shape: Shape): Shape | undefined {
  const fitting = alternativesOf(shape).filter((alternative) => typeFits(node, alternative));
  if (fitting.length <= 1 || node.kind !== 'map') return fitting[0];
  if (isTaskShape(shape)) return fitting.find((alternative) => taskTypeOf(alternative) === writtenTaskType(node));
  const score = (alternative: Shape): number => pairsOf(node).filter(({ key }) => childShape(alternative, key)).length;
  return fitting.reduce((best, alternative) => (score(alternative) > score(best) ? alternative : best));
}

/** @returns the type of task that a shape describes; `graph` for a body with `tasks`. */
export function taskTypeOf(shape: Shape): string | undefined {
  const type = childShape(shape, 'type');
  const [name] = type ? (valuesOf(type) ?? []) : [];
  if (typeof name === 'string') return name;
  return childShape(shape, 'tasks') ? 'graph' : undefined;
}

/** @returns the type that a task says it has, by `type`, or by the key that says it as well. */
export function writtenTaskType(node: Node | undefined): string | undefined {
  const type = valueOf(node, 'type');
  if (type?.kind === 'scalar' && type.value !== null) return type.text;
  for (const key of ['agent', 'tool', 'workflow'] as const) if (valueOf(node, key)) return key;
  return valueOf(node, 'tasks') ? 'graph' : undefined;
}

/** @returns the shape of what stands under `key` in a map of this shape, or undefined if the key is unknown. */
export function childShape(shape: Shape, key: string): Shape | undefined {
  const { schema, file } = followed(shape);
  const properties = schema['properties'];
  const own = isJsonObject(properties) ? properties[key] : undefined;
  if (isJsonObject(own)) return { schema: own, file };
  const patterns = isJsonObject(schema['patternProperties']) ? schema['patternProperties'] : {};
  for (const [pattern, inner] of Object.entries(patterns)) {
    if (isJsonObject(inner) && new RegExp(pattern).test(key)) return { schema: inner, file };
  }
  const others = schema['additionalProperties'];
  return isJsonObject(others) ? { schema: others, file } : undefined;
}

/** @returns the shape of the elements of a list of this shape. */
export function itemShape(shape: Shape): Shape | undefined {
  const { schema, file } = followed(shape);
  return isJsonObject(schema['items']) ? { schema: schema['items'], file } : undefined;
}

/** @returns the keys that a map of this shape knows by name. */
export function keysOf(shape: Shape): readonly string[] {
  const properties = followed(shape).schema['properties'];
  return isJsonObject(properties) ? Object.keys(properties) : [];
}

/** @returns the keys that a map of this shape must have. */
export function requiredOf(shape: Shape): readonly string[] {
  const required = followed(shape).schema['required'];
  return Array.isArray(required) ? required.map(String) : [];
}

/** A way through a file: keys of maps and places in lists. */
export type Path = readonly (string | number)[];

/**
 * Follows a path through a file's shape, choosing alternatives by what is written along the way.
 * @returns the shapes that the place may have: more than one while the text leaves it open
 */
export function shapesAt(root: Node | undefined, path: Path, file: JsonSchema): readonly Shape[] {
  let shapes: readonly Shape[] = [fileShape(file)];
  let node = root;
  for (const step of path) {
    const at = node;
    const open = shapes.flatMap((shape) => narrowed(at, shape));
    shapes = open.flatMap((shape) => (typeof step === 'number' ? itemShape(shape) : childShape(shape, step)) ?? []);
    node = typeof step === 'number' ? itemsOf(node)[step] : valueOf(node, step);
  }
  return shapes;
}

/** @returns the alternative that what is written has chosen, else all of them. */
export function narrowed(node: Node | undefined, shape: Shape): readonly Shape[] {
  if (!node) return alternativesOf(shape);
  const choice = chosen(node, shape);
  const isOpen = !choice || (node.kind === 'map' && !node.pairs.some((pair) => childShape(choice, pair.key)));
  if (!isOpen) return [choice];
  const fitting = alternativesOf(shape).filter((alternative) => typeFits(node, alternative));
  return fitting.length > 0 ? fitting : alternativesOf(shape);
}
