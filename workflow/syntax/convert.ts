// From the nodes of the `yaml` package to our tree. One pass: repeated keys, aliases and values that JSON can not
// carry are found on the way.
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Diagnostic, Range } from '../model/model.ts';
import { alignScalar } from './scalar-offsets.ts';
import type { Node, Pair, ScalarNode, ScalarStyle } from './tree.ts';

/** Nodes that aliases may add to a file, all together: enough for any honest use, too few for a "billion laughs". */
const maxAliasedNodes = 20_000;

/** @returns the tree of a document, and what is wrong with it beyond its syntax. */
export function convertTree(
  file: string,
  text: string,
  document: Document.Parsed,
): {
  readonly root: Node | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly damaged: readonly Range[];
} {
  const conversion = new Conversion(file, text);
  const root = document.contents ? conversion.node(document.contents) : undefined;
  return { root, diagnostics: conversion.diagnostics, damaged: conversion.damaged };
}

interface Anchored {
  readonly node: Node | undefined;
  readonly size: number;
}

/** The state of one conversion: anchors seen so far, nodes made, findings. */
class Conversion {
  readonly diagnostics: Diagnostic[] = [];
  /** Values that could not be read: nothing more is to be said about them. */
  readonly damaged: Range[] = [];
  private readonly file: string;
  private readonly text: string;
  private readonly anchors = new Map<string, Anchored>();
  private made = 0;
  private aliased = 0;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  node(source: unknown): Node {
    if (isAlias(source)) return this.alias(source as Alias.Parsed);
    const before = this.made;
    this.made += 1;
    const anchor = (isScalar(source) || isMap(source) || isSeq(source)) && source.anchor ? source.anchor : undefined;
    if (anchor !== undefined) this.anchors.set(anchor, { node: undefined, size: 0 });
    const node = this.convert(source);
    if (anchor !== undefined) this.anchors.set(anchor, { node, size: this.made - before });
    return node;
  }

  private convert(source: unknown): Node {
    if (isMap(source)) return this.map(source as YAMLMap.Parsed);
    if (isSeq(source)) return this.list(source as YAMLSeq.Parsed);
    if (isScalar(source)) return this.scalar(source as Scalar.Parsed);
    return missing(0);
  }

  private alias(source: Alias.Parsed): Node {
    const range = this.rangeOf(source);
    const target = this.anchors.get(source.source);
    if (!target) {
      return this.unreadable('unknown-alias', `There is no \`&${source.source}\` before this place.`, range);
    }
    if (!target.node) {
      return this.unreadable('recursive-alias', `\`*${source.source}\` stands inside the value it names.`, range);
    }
    this.aliased += target.size;
    this.made += target.size;
    if (this.aliased <= maxAliasedNodes) return target.node;
    const message = 'The aliases of this file add up to more values than can be read.';
    return this.unreadable('too-many-aliases', message, range);
  }

  private map(source: YAMLMap.Parsed): Node {
    const pairs: Pair[] = [];
    const firsts = new Map<string, Range>();
    for (const item of source.items) {
      const keyNode = this.key(item.key);
      if (!keyNode) continue;
      const value = item.value === null ? missing(keyNode.range.end) : this.node(item.value);
      const first = firsts.get(keyNode.text);
      if (first) this.duplicate(keyNode, first);
      else firsts.set(keyNode.text, keyNode.range);
      const end = Math.max(keyNode.range.end, item.value === null || isAlias(item.value) ? 0 : value.range.end);
      pairs.push({ key: keyNode.text, keyNode, value, range: { start: keyNode.range.start, end } });
    }
    return { kind: 'map', pairs, range: this.rangeOf(source), flow: source.flow === true };
  }

  private key(source: ParsedNode | null): ScalarNode | undefined {
    const node = source === null ? missing(0) : this.node(source);
    if (node.kind === 'scalar') return node;
    this.report('invalid-key', 'A key must be a word, not a list or a map.', node.range);
    return undefined;
  }

  private duplicate(key: ScalarNode, first: Range): void {
    this.diagnostics.push({
      code: 'duplicate-key',
      severity: 'error',
      message: `\`${key.text}\` is already given in this map. Remove one of the two.`,
      file: this.file,
      range: key.range,
      related: [{ file: this.file, range: first, message: 'given here first' }],
    });
  }

  private list(source: YAMLSeq.Parsed): Node {
    const items = source.items.map((item) => this.node(item));
    return { kind: 'list', items, range: this.rangeOf(source), flow: source.flow === true };
  }

  private scalar(source: Scalar.Parsed): ScalarNode {
    const range = this.rangeOf(source);
    const value = this.scalarValue(source.value, range);
    const text = typeof value === 'string' ? value : (source.source ?? '');
    const style = styleOf(source);
    return new FoundScalar(value, text, style, range, this.writtenAt(style, range));
  }

  /** Where the text of a scalar stands: of a block what comes after the line of its header. */
  private writtenAt(style: ScalarStyle, { start, end }: Range): Written {
    if (style !== 'literal' && style !== 'folded') return { file: this.text, start, end };
    const header = this.text.slice(start, end).search(/[\r\n]/);
    const lineEnd = this.text.startsWith('\r\n', start + header) ? 2 : 1;
    return { file: this.text, start: header < 0 ? end : start + header + lineEnd, end };
  }

  private scalarValue(value: unknown, range: Range): string | number | boolean | null {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.report('wrong-type', 'Infinity and NaN can not be used: values are those of JSON.', range);
      this.damaged.push(range);
      return null;
    }
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    return null;
  }

  private rangeOf(source: { readonly range?: readonly [number, number, number] | null | undefined }): Range {
    const start = Math.min(source.range?.[0] ?? 0, this.text.length);
    return { start, end: Math.max(start, Math.min(source.range?.[1] ?? start, this.text.length)) };
  }

  private unreadable(code: string, message: string, range: Range): ScalarNode {
    this.report(code, message, range);
    this.damaged.push(range);
    return emptyAt(range);
  }

  private report(code: string, message: string, range: Range): void {
    this.diagnostics.push({ code, severity: 'error', message, file: this.file, range });
  }
}

function missing(at: number): ScalarNode {
  return emptyAt({ start: at, end: at });
}

function emptyAt(range: Range): ScalarNode {
  return new FoundScalar(null, '', 'plain', range, undefined);
}

interface Written {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A large file has tens of thousands: nothing of the parser is kept, and no place that can be found again. */
class FoundScalar implements ScalarNode {
  readonly kind = 'scalar';
  readonly value: string | number | boolean | null;
  readonly text: string;
  readonly style: ScalarStyle;
  readonly range: Range;
  readonly #written: Written | undefined;
  #offsets: readonly number[] | undefined;

  constructor(
    value: string | number | boolean | null,
    text: string,
    style: ScalarStyle,
    range: Range,
    written: Written | undefined,
  ) {
    this.value = value;
    this.text = text;
    this.style = style;
    this.range = range;
    this.#written = written;
  }

  toFileOffset(offset: number): number {
    this.#offsets ??= this.#align() ?? [];
    const at = this.#offsets[Math.min(Math.max(offset, 0), this.text.length)];
    return at === undefined ? this.range.start : Math.min(at, this.range.end);
  }

  #align(): readonly number[] | undefined {
    if (!this.#written) return undefined;
    const { file, start, end } = this.#written;
    return alignScalar(this.text, { text: file.slice(start, end), offset: start, style: this.style });
  }
}

function styleOf(source: Scalar.Parsed): ScalarStyle {
  switch (source.type) {
    case 'QUOTE_SINGLE':
      return 'single-quoted';
    case 'QUOTE_DOUBLE':
      return 'double-quoted';
    case 'BLOCK_LITERAL':
      return 'literal';
    case 'BLOCK_FOLDED':
      return 'folded';
    default:
      return 'plain';
  }
}
