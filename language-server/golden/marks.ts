// Marks in the comments of a fixture: what a feature answers for the text above them.
//     agent: wr
//     #      ^^ complete: writer
//     #      ^^ rename author: 4:3-9, 12:12-18
// `^^` stands below the range; `#<<` counts the `#` too, for ranges at the first column; `#|` is a single place there.
// After it come the name of the feature, what it is asked with, a colon and the answer. `⏎` stands for a line break.
import type { Position, Range } from 'vscode-languageserver';

export interface Mark {
  /** The line of the comment itself, from 0. */
  readonly line: number;
  readonly range: Range;
  readonly feature: string;
  readonly argument: string;
  readonly answer: string;
}

const shape = /^(\s*#\s*(?:(\^+)|(<*)\|?) )([a-z]+)(?: ([^:]*))?:(?: (.*))?$/;

/** @returns the marks of a text for some features, in order; every other comment is a comment */
export function marksIn(text: string, features: ReadonlySet<string>): readonly Mark[] {
  let marked = 0;
  return text.split('\n').flatMap((lineText, line) => {
    const [, , carets, counted, feature = '', argument = '', answer = ''] = shape.exec(lineText) ?? [];
    if (!features.has(feature)) {
      if (!/^\s*#/.test(lineText)) marked = line;
      return [];
    }
    const character = carets === undefined ? 0 : lineText.indexOf('^');
    const length = carets?.length ?? (counted?.length ?? 0) + 1;
    const start: Position = { line: marked, character };
    return [
      { line, range: { start, end: { line: marked, character: character + length } }, feature, argument, answer },
    ];
  });
}

/** @returns the text with another answer behind a mark */
export function withAnswer(lineText: string, answer: string): string {
  const [, before = '', , , feature = '', argument] = shape.exec(lineText) ?? [];
  return `${before}${feature}${argument === undefined ? '' : ` ${argument}`}:${answer === '' ? '' : ` ${answer}`}`;
}
