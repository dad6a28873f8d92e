// Expression source → a program of the evaluator. The checked tree is written out again as CEL text in which
//   E1. every operand and list passes `__use`, `__visit` or `__deep`: they charge its size (work.ts) and hide its
//       static type, so that values of JSON meet operators by what they are;
//   E2. our own functions are called as `__name(receiver, …)`, so that they can replace CEL's (`matches` uses RE2);
//   E3. `has` knows values that may be absent.
// Spans lead from the written text back to the source, for errors.
import { Environment, Optional } from '@marcbachmann/cel-js';
import { functions, hasMacro, listMacros } from './functions.ts';
import { lostKeys } from './ids.ts';
import type { UsedParts } from './json-values.ts';
import { type ASTNode, childrenOf, parseExpression } from './parse.ts';
import { chargeDeep, chargeUse, chargeVisit, ExpressionError, Work } from './work.ts';

export interface Program {
  /** Runs over values as the evaluator wants them. Throws what goes wrong. */
  readonly run: (values: Readonly<Record<string, unknown>>, work: Work) => unknown;
  /** Which roots, and which of their parts, it names. */
  readonly used: ReadonlyMap<string, UsedParts>;
  /** The range in the source of a range in the program's own text. */
  readonly rangeInSource: (start: number, end: number) => { readonly start: number; readonly end: number } | undefined;
}

export type Compiled =
  | { readonly ok: true; readonly program: Program }
  | { readonly ok: false; readonly message: string };

/** Compiles an expression, whether it was checked or not. Syntax errors are values. */
export function compileExpression(source: string): Compiled {
  const parsed = parseExpression(source);
  if (!parsed.ok) return { ok: false, message: parsed.finding.message };
  const writer = new Writer();
  writer.write(parsed.ast);
  const execute = evaluator.parse(writer.text);
  const program: Program = {
    used: usedParts(parsed.ast),
    run: (values, work) => {
      currentWork = work;
      return execute(values);
    },
    rangeInSource: (start, end) => {
      const span = writer.spanAround(start, end);
      return span && { start: parsed.toSource(span.node.start), end: parsed.toSource(span.node.end) };
    },
  };
  return { ok: true, program };
}

/** The work of the evaluation under way. Evaluation never waits, so there is one at a time. */
let currentWork = new Work();

const evaluator = createEvaluator();

function createEvaluator(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 100_000, maxDepth: 5_000 },
  });
  registerNumbers(environment);
  registerCharge(environment, '__use', chargeUse);
  registerCharge(environment, '__visit', chargeVisit);
  registerCharge(environment, '__deep', chargeDeep);
  environment.registerFunction('__has(dyn, string): bool', hasField);
  environment.registerFunction('__key(dyn): dyn', checkedKey);
  for (const { name, overloads, code } of functions.values()) {
    if (code === undefined) continue;
    for (const count of new Set(overloads.map(countOfValues))) {
      const signature = `__${name}(${Array.from({ length: count }, () => 'dyn').join(', ')}): dyn`;
      environment.registerFunction(signature, (...values: unknown[]) => code(values, currentWork));
    }
  }
  return environment;
}

/** A double and an int meet as doubles; so do a double and a double (CEL's own), an int and an int stay ints. */
function registerNumbers(environment: Environment): void {
  const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  for (const [operator, operation] of Object.entries(operations)) {
    environment.registerOperator(`int ${operator} double: double`, (a: bigint, b: number) => operation(Number(a), b));
    environment.registerOperator(`double ${operator} int: double`, (a: number, b: bigint) => operation(a, Number(b)));
  }
}

function registerCharge(environment: Environment, name: string, charge: (work: Work, value: unknown) => void): void {
  environment.registerFunction(`${name}(dyn): dyn`, (value: unknown) => {
    charge(currentWork, value);
    return flat(value);
  });
}

/** An optional in an optional is one: absent if either is. */
function flat(value: unknown): unknown {
  if (!(value instanceof Optional) || !value.hasValue()) return value;
  const inner: unknown = value.value();
  return inner instanceof Optional ? flat(inner) : value;
}

function countOfValues(overload: string): number {
  const [before = '', parameters = ''] = overload.split(/\(|\)/);
  return (before.includes('.') ? 1 : 0) + (parameters === '' ? 0 : parameters.split(', ').length);
}

/** A key of a map that the expression writes: text, and none that would get lost. */
function checkedKey(key: unknown): unknown {
  if (typeof key !== 'string') throw new ExpressionError('The keys of a map are text.');
  if (lostKeys.has(key)) throw new ExpressionError(`A map that an expression writes can not have the key \`${key}\`.`);
  return key;
}

function hasField(holder: unknown, name: string): boolean {
  const value = holder instanceof Optional ? holder.orValue(undefined) : holder;
  if (value instanceof Map) return value.has(name);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return false;
  const field: unknown = Reflect.get(value, name);
  return field instanceof Optional ? field.hasValue() : field !== undefined;
}

interface Span {
  readonly node: ASTNode;
  readonly start: number;
  readonly end: number;
}

type Charge = '__use' | '__visit' | '__deep' | '__key';

class Writer {
  #spans: Span[] = [];
  text = '';

  /** The innermost node written around a range. */
  spanAround(start: number, end: number): Span | undefined {
    const around = this.#spans.filter((span) => span.start <= start && end <= span.end);
    return around.sort((a, b) => a.end - a.start - (b.end - b.start))[0];
  }

  write(node: ASTNode): void {
    const start = this.text.length;
    this.#writeOp(node);
    this.#spans.push({ node, start, end: this.text.length });
  }

  #writeOp(node: ASTNode): void {
    switch (node.op) {
      case 'value':
        return this.#add(node.input.slice(node.start, node.end));
      case 'id':
        return this.#add(checkedName(node.args));
      case '.':
      case '.?':
        this.#group(node.args[0]);
        return this.#add(`${node.op}${node.args[1]}`);
      case '[]':
      case '[?]':
        this.#group(node.args[0]);
        this.#add(node.op === '[]' ? '[' : '[?');
        this.#charged('__use', node.args[1]);
        return this.#add(']');
      case 'list':
        return this.#list('[', node.args, ']');
      case 'map':
        return this.#map(node.args);
      case '!_':
      case '-_':
        this.#add(node.op.charAt(0));
        return this.#charged('__use', node.args);
      case '&&':
      case '||':
        return this.#binary(node.op, node.args, '__use');
      case '?:': {
        const [test, yes, no] = node.args;
        this.#charged('__use', test);
        this.#add(' ? ');
        this.#charged('__use', yes);
        this.#add(' : ');
        return this.#charged('__use', no);
      }
      case 'call':
        return this.#call(node.args[0], node.args[1]);
      case 'rcall':
        return this.#method(node.args[0], node.args[1], node.args[2]);
      case '==':
      case '!=':
      case 'in':
        return this.#binary(node.op, node.args, '__deep');
      default:
        return this.#binary(node.op, node.args, '__use');
    }
  }

  #call(name: string, args: readonly ASTNode[]): void {
    const [field] = args;
    if (name === hasMacro.name && field?.op === '.') {
      this.#add('__has(');
      this.write(field.args[0]);
      return this.#add(`, '${field.args[1]}')`);
    }
    if (name.startsWith('__')) throw new ExpressionError(`Unknown function \`${name}\`.`);
    return this.#list(`${functions.get(name)?.code ? '__' : ''}${name}(`, args, ')');
  }

  #method(name: string, receiver: ASTNode, args: readonly ASTNode[]): void {
    if (functions.get(name)?.code) return this.#list(`__${name}(`, [receiver, ...args], ')');
    if (receiver.op === 'id' && receiver.args === 'optional') return this.#list(`optional.${name}(`, args, ')');
    const macro = listMacros.get(name);
    if (!macro?.arities.includes(args.length)) {
      this.#charged('__use', receiver);
      return this.#list(`.${name}(`, args, ')');
    }
    const [variable, ...rest] = args;
    if (variable?.op !== 'id')
      throw new ExpressionError(`The first argument of \`${name}\` is a new name for the element.`);
    this.#charged('__visit', receiver);
    return this.#list(`.${name}(${checkedName(variable.args)}, `, rest, ')');
  }

  #map(entries: readonly (readonly [ASTNode, ASTNode])[]): void {
    this.#add('{');
    entries.forEach(([key, value], index) => {
      this.#add(index === 0 ? '' : ', ');
      this.#charged('__key', key);
      this.#add(': ');
      this.#charged('__use', value);
    });
    this.#add('}');
  }

  #binary(operator: string, [left, right]: readonly [ASTNode, ASTNode], charge: Charge): void {
    this.#add('(');
    this.#charged(charge, left);
    this.#add(` ${operator} `);
    this.#charged(charge, right);
    this.#add(')');
  }

  #list(open: string, nodes: readonly ASTNode[], close: string): void {
    this.#add(open);
    nodes.forEach((node, index) => {
      this.#add(index === 0 ? '' : ', ');
      this.#charged('__use', node);
    });
    this.#add(close);
  }

  #charged(charge: Charge, node: ASTNode): void {
    this.#add(`${charge}(`);
    this.write(node);
    this.#add(')');
  }

  /** A receiver of a field or index: nothing to charge, but its type must stay hidden. */
  #group(node: ASTNode): void {
    if (node.op === 'id' || node.op === '.') return this.write(node);
    this.#charged('__use', node);
  }

  #add(text: string): void {
    this.text += text;
  }
}

/** Names that the library binds and the language does not offer. */
const hidden = new Set(['cel', 'google', 'uint', 'dyn']);

function checkedName(name: string): string {
  if (hidden.has(name) || name.startsWith('__')) throw new ExpressionError(`Unknown name \`${name}\`.`);
  return name;
}

/** Collects the paths of names; a name that a macro binds only adds a root that nobody has. */
function usedParts(root: ASTNode): ReadonlyMap<string, UsedParts> {
  const used = new Map<string, UsedParts>();
  const visit = (node: ASTNode): UsedParts | undefined => {
    if (node.op === 'id') return partOf(used, node.args);
    if (node.op === '.' || node.op === '.?') {
      const holder = visitHolder(node.args[0]);
      return holder && partOf(holder.fields, node.args[1]);
    }
    for (const child of childrenOf(node)) markAll(visit(child));
    return undefined;
  };
  const visitHolder = (node: ASTNode): UsedParts | undefined => {
    if (node.op === 'id' || node.op === '.' || node.op === '.?') return visit(node);
    markAll(visit(node));
    return undefined;
  };
  markAll(visit(root));
  return used;
}

function partOf(parts: Map<string, UsedParts>, name: string): UsedParts {
  const part = parts.get(name) ?? { all: false, fields: new Map<string, UsedParts>() };
  parts.set(name, part);
  return part;
}

function markAll(part: UsedParts | undefined): void {
  if (part !== undefined) part.all = true;
}
