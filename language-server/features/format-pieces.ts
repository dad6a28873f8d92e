// A YAML text as a row of pieces, each with the white space that should stand before it. The pieces are the words of the
// parser's own token tree, so nothing is lost and nothing is made anew: formatting moves words, and writes none.
import { CST, Lexer, Parser } from 'yaml';

/** A block map or list around a piece: the column of its keys or dashes, as it is and as it should be. */
export interface Frame {
  readonly old: number;
  readonly now: number;
  readonly outer: Frame | undefined;
}

/** What should stand before a piece that is not the first of its line. `keep`: what stands there. */
export type Gap = 0 | 1 | 'keep';

export interface Piece {
  readonly start: number;
  readonly end: number;
  /**
   * `flow-start`: a bracket in no other. `in-flow`: within brackets, where lines move with the first of them.
   * `block-text`: the lines of a block scalar, without its header.
   */
  readonly kind: 'word' | 'flow-start' | 'in-flow' | 'comment' | 'block-text';
  readonly gap: Gap;
  /** Where it should stand if it is the first of its line; of a block text, its own indentation. */
  readonly column: number;
  readonly frame: Frame | undefined;
  /** Of a block text: the digit in its header, which says how far it is indented. */
  readonly indentation?: number;
  /** Of a block text: blank lines at its end belong to it. */
  readonly keepsEnd?: boolean;
}

/** @returns the pieces in order; undefined for a text that holds something that is left alone: explicit keys (`?`), more documents */
export function piecesOf(text: string): readonly Piece[] | undefined {
  const parser = new Parser();
  // A `\r` alone ends a line too, which the lexer does not know; offsets stay.
  const lexemes = new Lexer().lex(text.replace(/\r(?!\n)/g, '\n'));
  const tokens = [...lexemes].flatMap((lexeme) => [...parser.next(lexeme)]);
  const reader = new PieceReader(text);
  for (const token of [...tokens, ...parser.end()]) if (!reader.top(token)) return undefined;
  return reader.documents <= 1 && !reader.metUnknown ? reader.pieces : undefined;
}

/** Where a node stands: in which block, and at which column if it begins a line. */
interface Place {
  readonly frame: Frame | undefined;
  readonly column: number;
  readonly inFlow: boolean;
}

class PieceReader {
  readonly pieces: Piece[] = [];
  documents = 0;
  metUnknown = false;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  top(token: CST.Token): boolean {
    const place = { frame: undefined, column: 0, inFlow: false };
    if (token.type === 'document') {
      this.documents += 1;
      this.sources(token.start, place, 'keep');
      if (token.value) this.node(token.value, place, 'keep');
      this.sources(token.end, place, 'keep');
      return true;
    }
    if (token.type === 'comment') this.source(token, place, 'keep');
    return ['comment', 'newline', 'space', 'byte-order-mark'].includes(token.type);
  }

  private node(token: CST.Token, place: Place, gap: Gap): void {
    switch (token.type) {
      case 'block-map':
        return this.blockMap(token, place, gap);
      case 'block-seq':
        return this.blockList(token, place, gap);
      case 'flow-collection':
        return this.flow(token, place, gap);
      case 'block-scalar':
        return this.blockScalar(token, place, gap);
      case 'alias':
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        this.word(token, place, gap);
        return this.sources(token.end, place, 'keep');
      default:
        this.metUnknown = true;
    }
  }

  private blockMap(token: CST.BlockMap, { frame: outer, column }: Place, gap: Gap): void {
    const frame = this.frameOf(token, column, outer);
    const ofKey = { frame, column, inFlow: false };
    const ofValue = { frame, column: column + 2, inFlow: false };
    for (const { start, key, sep, value } of token.items) {
      this.sources(start, ofKey, gap);
      if (key) this.node(key, ofKey, gap);
      this.separators(sep, ofValue, key);
      if (value) this.node(value, ofValue, 1);
    }
  }

  private blockList(token: CST.BlockSequence, { frame: outer, column }: Place, gap: Gap): void {
    const frame = this.frameOf(token, column, outer);
    const ofDash = { frame, column, inFlow: false };
    const ofItem = { frame, column: column + 2, inFlow: false };
    for (const { start, value } of token.items) {
      for (const source of start) {
        if (source.type === 'seq-item-ind') this.source(source, ofDash, gap);
        else this.source(source, source.type === 'comment' ? ofDash : ofItem, 1);
      }
      if (value) this.node(value, ofItem, 1);
    }
  }

  private flow(token: CST.FlowCollection, place: Place, gap: Gap): void {
    const inside = { ...place, inFlow: true };
    const isMap = token.start.type === 'flow-map-start';
    const padding = isMap ? 1 : 0;
    this.word(token.start, place, gap, place.inFlow ? 'in-flow' : 'flow-start');
    let before: Gap = padding;
    for (const { start, key, sep, value } of token.items) {
      for (const source of start) {
        this.source(source, inside, source.type === 'comma' ? 0 : before);
        if (source.type === 'comma' || source.type === 'anchor' || source.type === 'tag') before = 1;
      }
      if (key) this.node(key, inside, before);
      this.separators(sep, inside, key);
      if (value) this.node(value, inside, key || sep ? 1 : before);
      before = 1;
    }
    const isEmpty = token.items.every(({ start, key, sep, value }) => !key && !sep && !value && start.every(isSpace));
    const [bracket, ...after] = token.end;
    if (bracket) this.word(bracket, inside, isEmpty ? 0 : padding, 'in-flow');
    this.sources(after, place, 'keep');
  }

  private blockScalar(token: CST.BlockScalar, place: Place, gap: Gap): void {
    let header = '';
    for (const source of token.props) {
      if (!isSource(source)) continue;
      if (source.type === 'block-scalar-header') header = source.source;
      this.source(source, place, gap);
    }
    const last = token.props.findLast(isSource);
    const start = last ? last.offset + last.source.length : token.offset;
    const digit = /[1-9]/.exec(header)?.[0];
    this.pieces.push({
      start,
      end: start + token.source.length,
      kind: 'block-text',
      gap: 'keep',
      column: place.frame ? place.frame.now + 2 : 0,
      frame: place.frame,
      keepsEnd: header.includes('+'),
      ...(digit === undefined ? {} : { indentation: Number(digit) }),
    });
    if (!place.frame) this.metUnknown = true;
  }

  private separators(sources: readonly CST.SourceToken[] | undefined, place: Place, key: CST.Token | null | undefined) {
    // `*name:` would be another name, and nothing before the colon is not to be seen.
    const beforeColon = key && key.type !== 'alias' ? 0 : 'keep';
    for (const source of sources ?? []) this.source(source, place, source.type === 'map-value-ind' ? beforeColon : 1);
  }

  private sources(sources: readonly CST.SourceToken[] | undefined, place: Place, gap: Gap): void {
    for (const source of sources ?? []) this.source(source, place, gap);
  }

  private source(source: CST.SourceToken, place: Place, gap: Gap): void {
    if (source.type === 'explicit-key-ind') this.metUnknown = true;
    if (!isSpace(source)) this.word(source, place, source.type === 'comment' ? 'keep' : gap);
  }

  private word(
    { offset, source, type }: { readonly offset: number; readonly source: string; readonly type: string },
    { frame, column, inFlow }: Place,
    gap: Gap,
    kind: Piece['kind'] = inFlow ? 'in-flow' : type === 'comment' ? 'comment' : 'word',
  ): void {
    // A comment reaches to the end of its line.
    this.pieces.push({ start: offset, end: offset + source.trimEnd().length, kind, gap, column, frame });
  }

  /** The column of a block is that of its first word. */
  private frameOf({ items }: CST.BlockMap | CST.BlockSequence, now: number, outer: Frame | undefined): Frame {
    const [first] = items;
    const word = first?.start.find((source) => !isSpace(source) && source.type !== 'comment') ?? first?.key;
    const offset = word?.offset ?? 0;
    const before = this.#text.slice(
      Math.max(this.#text.lastIndexOf('\n', offset - 1), this.#text.lastIndexOf('\r', offset - 1)) + 1,
      offset,
    );
    return { old: before.replace('\ufeff', '').length, now, outer };
  }
}

function isSpace({ type }: { readonly type: string }): boolean {
  return type === 'space' || type === 'newline' || type === 'byte-order-mark';
}

function isSource(token: CST.Token): token is CST.SourceToken {
  return 'source' in token && !CST.isScalar(token) && token.type !== 'error';
}
