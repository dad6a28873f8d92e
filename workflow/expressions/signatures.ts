// Reads the signatures of the function table and finds the one that fits a call.
import { functions, optionalFunctions } from './functions.ts';
import { commonType } from './type-relations.ts';
import { dyn, isPrimitive, listOf, never, optionalOf, primitive, type PrimitiveKind, type Type } from './types.ts';

/** A type in a signature; `T` stands for one type, the same everywhere. */
export type Pattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'variable' }
  | { readonly kind: 'map' }
  | { readonly kind: 'primitive'; readonly name: PrimitiveKind }
  | { readonly kind: 'list' | 'optional'; readonly of: Pattern };

export interface Parameter {
  readonly name: string;
  readonly pattern: Pattern;
}

export interface Signature {
  readonly text: string;
  readonly receiver?: Pattern;
  readonly parameters: readonly Parameter[];
  readonly result: Pattern;
}

const primitiveNames: readonly PrimitiveKind[] = [
  'bool',
  'int',
  'double',
  'string',
  'bytes',
  'timestamp',
  'duration',
  'type',
  'null',
];

/** Signatures by function name. */
export const signatures: ReadonlyMap<string, readonly Signature[]> = read(functions);
export const optionalSignatures: ReadonlyMap<string, readonly Signature[]> = read(optionalFunctions);

function read(table: typeof functions): ReadonlyMap<string, readonly Signature[]> {
  return new Map([...table.values()].map((entry) => [entry.name, entry.overloads.map(parseSignature)]));
}

/**
 * The type a call gives, or undefined if no signature takes these types. Where something is not known (`dyn`), all
 * that may fit count.
 */
export function resultOfCall(
  choices: readonly Signature[],
  receiver: Type | undefined,
  args: readonly Type[],
): Type | undefined {
  const results: Type[] = [];
  const isKnown = [...args, ...(receiver ? [receiver] : [])].every((type) => !hasUnknown(type));
  for (const signature of choices) {
    const result = fit(signature, receiver, args);
    if (result === undefined) continue;
    if (isKnown) return result;
    results.push(result);
  }
  return results.length === 0 ? undefined : results.reduce(commonType);
}

function hasUnknown(type: Type): boolean {
  if (type.kind === 'list') return hasUnknown(type.element());
  if (type.kind === 'optional') return hasUnknown(type.of);
  return type.kind === 'dyn';
}

function fit(signature: Signature, receiver: Type | undefined, args: readonly Type[]): Type | undefined {
  if ((signature.receiver === undefined) !== (receiver === undefined)) return undefined;
  if (signature.parameters.length !== args.length) return undefined;
  const variable: { type: Type | undefined } = { type: undefined };
  if (signature.receiver && receiver && !accepts(signature.receiver, receiver, variable)) return undefined;
  const fits = signature.parameters.every(({ pattern }, index) => accepts(pattern, args[index] ?? never, variable));
  return fits ? instantiate(signature.result, variable.type ?? dyn) : undefined;
}

/** True if a value of the type may be given for the pattern. */
export function accepts(
  pattern: Pattern,
  type: Type,
  variable: { type: Type | undefined } = { type: undefined },
): boolean {
  if (type.kind === 'never') return true;
  if (pattern.kind === 'variable') {
    variable.type = variable.type === undefined ? type : commonType(variable.type, type);
    return type.kind !== 'secret' && type.kind !== 'optional';
  }
  if (type.kind === 'dyn') return true;
  switch (pattern.kind) {
    case 'any':
      return type.kind !== 'secret' && type.kind !== 'optional';
    case 'map':
      return type.kind === 'map' || type.kind === 'object';
    case 'list':
      return type.kind === 'list' && acceptsElement(pattern.of, type.element(), variable);
    case 'optional':
      return type.kind === 'optional' && accepts(pattern.of, type.of, variable);
    case 'primitive':
      return isPrimitive(type) && (type.kind === pattern.name || (pattern.name === 'double' && type.kind === 'int'));
  }
}

function acceptsElement(pattern: Pattern, element: Type, variable: { type: Type | undefined }): boolean {
  // A list may hold what is absent: functions over `any` elements see it as null.
  return accepts(pattern, element.kind === 'optional' && pattern.kind === 'any' ? dyn : element, variable);
}

/** What a call gives whose arguments are not known yet. */
export function resultWithout({ result }: Signature): Type {
  return instantiate(result, dyn);
}

function instantiate(pattern: Pattern, variable: Type): Type {
  switch (pattern.kind) {
    case 'any':
    case 'map':
      return dyn;
    case 'variable':
      return variable;
    case 'primitive':
      return primitive(pattern.name);
    case 'list':
      return listOf(instantiate(pattern.of, variable));
    case 'optional':
      return optionalOf(instantiate(pattern.of, variable));
  }
}

function parseSignature(text: string): Signature {
  const match = /^(?:(?<receiver>[a-zA-Z<>]+)\.)?\w+\((?<parameters>.*)\): (?<result>[a-zA-Z<>]+)$/.exec(text);
  const { receiver, parameters, result } = match?.groups ?? {};
  if (parameters === undefined || result === undefined) throw new Error(`not a signature: ${text}`);
  const named = parameters === '' ? [] : parameters.split(', ').map(parseParameter);
  const parsed = { text, parameters: named, result: parsePattern(result) };
  return receiver === undefined ? parsed : { ...parsed, receiver: parsePattern(receiver) };
}

function parseParameter(text: string): Parameter {
  const [name = '', pattern = ''] = text.split(': ');
  return { name, pattern: parsePattern(pattern) };
}

function parsePattern(text: string): Pattern {
  const inner = /^(list|optional)<(.+)>$/.exec(text);
  if (inner?.[2] !== undefined) return { kind: inner[1] === 'list' ? 'list' : 'optional', of: parsePattern(inner[2]) };
  if (text === 'any') return { kind: 'any' };
  if (text === 'T') return { kind: 'variable' };
  if (text === 'map') return { kind: 'map' };
  const name = primitiveNames.find((candidate) => candidate === text);
  if (name === undefined) throw new Error(`not a type: ${text}`);
  return { kind: 'primitive', name };
}
