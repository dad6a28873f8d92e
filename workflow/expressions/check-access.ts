// Fields and indexes: `a.b`, `a['b']`, `a[0]`.
import { type Context, reportAt, reportRange } from './context.ts';
import type { ASTNode } from './parse.ts';
import { closest } from './suggest.ts';
import { describeType } from './type-relations.ts';
import { dyn, type ObjectType, optionalOf, type Type } from './types.ts';

/** The type of `receiver.name`. */
export function accessType(node: ASTNode, receiver: ASTNode, name: string, context: Context): Type {
  const outer = context.infer(receiver, context);
  const type = fieldType({ node, receiver, name, start: node.pos, end: node.end }, outer, context);
  if (outer.kind === 'object' && node.op === '.') hintMissing(outer, node, name, context);
  return type;
}

interface Access {
  readonly node: ASTNode;
  readonly receiver: ASTNode;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function fieldType(access: Access, type: Type, context: Context): Type {
  switch (type.kind) {
    case 'dyn':
      return type.like === undefined ? dyn : fieldType(access, type.like(), context);
    case 'never':
      return dyn;
    case 'optional':
      return optionalOf(fieldType(access, type.of, context), type.because);
    case 'map':
      return type.value();
    case 'object': {
      const field = type.fields.get(access.name);
      if (field !== undefined) return field.type();
      if (type.rest === undefined) reportUnknown(access, type, context);
      return type.rest?.() ?? dyn;
    }
    default:
      reportNoFields(access, type, context);
      return dyn;
  }
}

/** Codes of unknown fields of the roots, so that fixes can be told apart. */
const rootCodes = new Map([
  ['tasks', 'unknown-task'],
  ['inputs', 'unknown-input'],
  ['env', 'unknown-env'],
  ['shared', 'unknown-shared'],
  ['config', 'unknown-config'],
  ['secrets', 'unknown-secret'],
]);

function reportUnknown(access: Access, type: ObjectType, context: Context): void {
  const isRoot = access.receiver.op === 'id' && !context.variables.has(access.receiver.args);
  const root = isRoot ? context.textOf(access.receiver) : '';
  const code = rootCodes.get(root) ?? 'unknown-field';
  const what = code === 'unknown-field' ? 'field' : code.slice('unknown-'.length);
  const suggestion = closest(access.name, type.fields.keys());
  const names = [...type.fields.keys()].slice(0, 12).map((name) => `\`${name}\``);
  const listed = names.length === 0 ? 'There are none.' : `There are: ${names.join(', ')}.`;
  const rest = suggestion === undefined ? `. ${listed}` : `: did you mean \`${suggestion}\`?`;
  const where = code === 'unknown-field' ? ` of \`${context.textOf(access.receiver)}\`` : '';
  reportRange(
    context,
    access.start,
    access.end,
    code,
    'error',
    `Unknown ${what} \`${access.name}\`${where}${rest}`,
    suggestion,
  );
}

function reportNoFields(access: Access, type: Type, context: Context): void {
  const text = context.textOf(access.receiver);
  let message = `\`${text}\` is ${describeType(type)} and has no field \`${access.name}\`.`;
  let code = 'unknown-field';
  if (type.kind === 'list')
    message = `\`${text}\` is a list and has no field \`${access.name}\`: use \`.map(item, item.${access.name})\` or an index.`;
  if (type.kind === 'secret') {
    message = 'A secret can only stand alone or inside text: it has no fields.';
    code = 'secret-use';
  }
  reportRange(context, access.start, access.end, code, 'error', message);
}

/** A field that the schema does not require may be missing from the value: reading it then fails. */
function hintMissing(type: ObjectType, node: ASTNode, name: string, context: Context): void {
  const field = type.fields.get(name);
  const text = context.textOf(node);
  if (field === undefined || field.required || field.type().kind === 'optional' || context.tested.has(text)) return;
  const message = `\`${name}\` is not required by its schema: if it is missing, this fails. \`.?${name}.orValue(x)\` and \`has(${text})\` are safe.`;
  reportRange(context, node.pos, node.end, 'may-be-missing', 'hint', message);
}

/** The type of `receiver[index]`. */
export function indexType(node: ASTNode, receiver: ASTNode, index: ASTNode, context: Context): Type {
  const outer = context.infer(receiver, context);
  const indexed = context.operand(index);
  return elementType({ node, receiver, index }, outer, indexed, context);
}

interface Indexing {
  readonly node: ASTNode;
  readonly receiver: ASTNode;
  readonly index: ASTNode;
}

function elementType(indexing: Indexing, type: Type, indexed: Type, context: Context): Type {
  const { receiver, index } = indexing;
  switch (type.kind) {
    case 'dyn':
      return type.like === undefined ? dyn : elementType(indexing, type.like(), indexed, context);
    case 'never':
      return dyn;
    case 'optional':
      return optionalOf(elementType(indexing, type.of, indexed, context), type.because);
    case 'list':
      if (!['int', 'dyn', 'never'].includes(indexed.kind)) {
        reportAt(
          context,
          index,
          'type-mismatch',
          `The index of a list is a whole number, this is ${describeType(indexed)}.`,
        );
      }
      return type.element();
    case 'map':
    case 'object':
      if (!['string', 'dyn', 'never'].includes(indexed.kind)) {
        reportAt(context, index, 'type-mismatch', `The key of a map is text, this is ${describeType(indexed)}.`);
      } else if (index.op === 'value' && typeof index.args === 'string') {
        return fieldType(
          { node: indexing.node, receiver, name: index.args, start: index.start, end: index.end },
          type,
          context,
        );
      }
      return type.kind === 'map' ? type.value() : dyn;
    case 'secret':
      reportAt(context, receiver, 'secret-use', 'A secret can only stand alone or inside text.');
      return dyn;
    default:
      reportAt(
        context,
        receiver,
        'type-mismatch',
        `\`${context.textOf(receiver)}\` is ${describeType(type)} and has no elements.`,
      );
      return dyn;
  }
}
