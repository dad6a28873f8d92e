// docs/diagnostics.md, which editors open for a code: what docs/language.md says of each code, with an example from the
// fixtures, so that every example is one that is checked.
import { readFileSync } from 'node:fs';
import { languageFixtures } from './language-fixtures.ts';

const docs = readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');

/** The codes that docs/language.md lists, each with what it means. */
export const documentedCodes: ReadonlyMap<string, string> = new Map(
  [...docs.slice(docs.indexOf('## What the checks say')).matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)].map((row) => [
    row[1] ?? '',
    row[2] ?? '',
  ]),
);

/** @returns the text of the page */
export function diagnosticsPage(): string {
  const examples = examplesOf(languageFixtures.map((path) => readFileSync(path, 'utf8')));
  const sections = [...documentedCodes]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, meaning]) => {
      const example = examples.get(code);
      const shown = example === undefined ? '' : `\n\n\`\`\`yaml\n${example}\n\`\`\``;
      return `## ${code}\n\n${meaning.replace(/\]\(#/g, '](language.md#')}${shown}\n`;
    });
  return `${head}\n${sections.join('\n')}`;
}

const head = `# Diagnostics

What each code means, with an example: below the underlined place stands what is said of it, and behind \`=>\` what the
first fix writes. \`npm run golden\` makes this page of [the language](language.md#what-the-checks-say) and of the fixtures.
`;

/** For each code its shortest example, so that what is special about it is all there is to see. */
function examplesOf(texts: readonly string[]): ReadonlyMap<string, string> {
  const shortest = new Map<string, string>();
  for (const [code, example] of texts.flatMap(examplesIn)) {
    const known = shortest.get(code);
    if (known === undefined || example.length < known.length) shortest.set(code, example);
  }
  return shortest;
}

const mark = /^\s*#\s*(?:\^+|<*\|?) (?:error|warning|information|hint) ([a-z-]+): /;

/** The line of a mark and the mark, below the line that holds it. */
function examplesIn(text: string): readonly (readonly [string, string])[] {
  const lines = text.split('\n');
  let last = 0;
  return lines.flatMap((line, at) => {
    const code = mark.exec(line)?.[1];
    if (code === undefined) {
      if (!/^\s*(#|$)/.test(line)) last = at;
      return [];
    }
    const holder = lines.slice(0, last).findLast((one) => isHolder(one, lines[last] ?? ''));
    const example = [...(holder === undefined ? [] : [holder]), lines[last] ?? '', line];
    return [[code, outdented(example).join('\n')] as const];
  });
}

function isHolder(line: string, held: string): boolean {
  return !/^\s*(#|$)/.test(line) && indentOf(line) < indentOf(held);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Moved left together; a mark may begin further left than what it marks, and keeps its place. */
function outdented(lines: readonly string[]): readonly string[] {
  const least = Math.min(...lines.map(indentOf));
  return lines.map((line) => line.slice(least));
}
