// Which values can carry no words of a stranger: numbers, truth values, moments, and words from a list.
import type { Expression } from '../model/model.ts';
import { checkExpression } from './check.ts';
import type { ReferenceSegment } from './contract.ts';
import { type Type, typeOfValue } from './types.ts';

/** Whether what an expression gives can hold no text of its own choice. */
export function givesNoText(expression: Expression): boolean {
  return isHarmless(typeOfValue(checkExpression(expression).type));
}

/** Whether what a path of names leads to can hold no text of its own choice. */
export function holdsNoText(expression: Expression, path: readonly ReferenceSegment[]): boolean {
  const [root, ...fields] = path;
  const names = expression.names();
  const named = root && Object.hasOwn(names, root.name) ? names[root.name] : undefined;
  let type = named && typeOfValue(named);
  for (const { name } of fields) {
    const holder: Type | undefined = type?.kind === 'optional' ? type.of : type;
    type = holder?.kind === 'object' ? holder.fields.get(name)?.type() : undefined;
  }
  return type !== undefined && isHarmless(type);
}

const maxDepth = 10;
const formats = new Set(['date', 'time', 'date-time', 'duration', 'uuid']);

/** @param depth a schema may refer to itself */
function isHarmless(type: Type, depth = 0): boolean {
  if (depth > maxDepth) return false;
  switch (type.kind) {
    case 'optional':
      return isHarmless(type.of, depth + 1);
    case 'list':
      return isHarmless(type.element(), depth + 1);
    case 'string': {
      const { format, ...schema } = type.schema ?? {};
      return 'enum' in schema || 'const' in schema || (typeof format === 'string' && formats.has(format));
    }
    case 'dyn':
      return type.like !== undefined && isHarmless(type.like(), depth + 1);
    default:
      return ['bool', 'int', 'double', 'null', 'timestamp', 'duration'].includes(type.kind);
  }
}
