// From YAML values to templates and conditions: finds `${{ }}`, and remembers every expression with what it may name.
import type { Json } from '../../schemas/index.ts';
import { type ScanPart, scanText } from '../expressions/index.ts';
import { isMissing, type Node, pairsOf, type ScalarNode } from '../syntax/tree.ts';
import type { ExpressionUse, Surroundings } from './draft.ts';
import type { Condition, Expression, Place, Template } from './model.ts';

type ExpressionPart = Extract<ScanPart, { kind: 'expression' }>;

/** Reads templates of one file and keeps the expressions it finds, in the order of reading. */
export class TemplateReader {
  readonly expressions: ExpressionUse[] = [];
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** @returns the value with its expressions; undefined for a value that was left out. */
  template(node: Node | undefined, surroundings: Surroundings): Template | undefined {
    return node && !isMissing(node) ? this.read(node, surroundings) : undefined;
  }

  /** @returns true or false themselves, or an expression; undefined for anything else. */
  condition(node: Node | undefined, surroundings: Surroundings): Condition | undefined {
    if (node?.kind !== 'scalar' || isMissing(node)) return undefined;
    if (typeof node.value === 'boolean') return { kind: 'constant', value: node.value };
    const scanned = scanText(node.text);
    const wrapped = scanned.parts.find((part) => part.kind === 'expression');
    const expression =
      wrapped && scanned.whole
        ? this.part(node, wrapped, surroundings)
        : this.expression(node, node.text, 0, { start: node.range.start, end: node.range.end }, surroundings);
    this.expressions.push({ expression, role: 'condition', surroundings, scalar: node, terminated: true });
    return { kind: 'expression', expression };
  }

  private read(node: Node, surroundings: Surroundings): Template {
    const place = { file: this.file, range: node.range };
    if (node.kind === 'scalar') return this.scalar(node, surroundings, place);
    if (node.kind === 'list') {
      const items = node.items.map((item) => this.read(item, surroundings));
      return items.every((item) => item.kind === 'literal')
        ? { kind: 'literal', value: items.map((item) => item.value), place }
        : { kind: 'list', items, place };
    }
    const entries = pairsOf(node).map((pair) => [pair.key, this.read(pair.value, surroundings)] as const);
    const literals = entries.flatMap(([key, entry]): (readonly [string, Json])[] =>
      entry.kind === 'literal' ? [[key, entry.value]] : [],
    );
    return literals.length === entries.length
      ? { kind: 'literal', value: Object.fromEntries(literals), place }
      : { kind: 'map', entries, place };
  }

  private scalar(node: ScalarNode, surroundings: Surroundings, place: Place): Template {
    if (typeof node.value !== 'string') return { kind: 'literal', value: node.value, place };
    const scanned = scanText(node.value);
    if (!scanned.hasExpression) {
      const value = scanned.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
      return { kind: 'literal', value, place };
    }
    const parts = scanned.parts.map((part) => {
      if (part.kind === 'text') return part.text;
      const expression = this.part(node, part, surroundings);
      const role = scanned.whole ? 'value' : 'text';
      this.expressions.push({ expression, role, surroundings, scalar: node, terminated: part.terminated });
      return expression;
    });
    const only = parts.find((part) => typeof part !== 'string');
    if (scanned.whole && only) return { kind: 'expression', expression: only, place };
    return { kind: 'text', parts, place };
  }

  private part(node: ScalarNode, part: ExpressionPart, surroundings: Surroundings): Expression {
    const range = { start: node.toFileOffset(part.start), end: node.toFileOffset(part.end) };
    return this.expression(node, part.source, part.sourceStart, range, surroundings);
  }

  private expression(
    node: ScalarNode,
    source: string,
    sourceStart: number,
    range: Place['range'],
    surroundings: Surroundings,
  ): Expression {
    return {
      source,
      place: { file: this.file, range },
      toFileOffset: (offset) => node.toFileOffset(sourceStart + offset),
      names: surroundings.names,
    };
  }
}

/** @returns the JSON value of a node as it stands; `${{ }}` in it is text. */
export function jsonOf(node: Node): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(jsonOf);
  return Object.fromEntries(pairsOf(node).map((pair) => [pair.key, jsonOf(pair.value)]));
}
