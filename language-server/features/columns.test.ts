// Columns are those of the protocol, UTF-16 units, whatever a text is made of.
import type { Range } from 'vscode-languageserver';
import { expect, test } from 'vitest';
import { completeAt } from './completion.ts';
import { definitionAt } from './definition.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { hoverAt } from './hover.ts';
import { openText } from './marked-text.ts';
import type { OpenDocument } from './open-document.ts';
import { renameAt } from './rename.ts';
import { semanticTokensOf } from './semantic-tokens.ts';

const plain = `segue: "1"
name: columns
inputs:
  topic: { type: string, description: "AROUND" }
agents: { writer: { model: mock/small, description: "AROUND" }, critic: { model: mock/small } }
tasks:
  draft: { description: "AROUND", agent: writer, with: { prompt: "AROUND \${{ inputs.topic }} AROUND" } }
  check: { description: "AROUND", agent: critc, with: { prompt: "AROUND \${{ tasks.draft.output }}" } }
outputs:
  text: "AROUND \${{ tasks.check.output }}"
`;

const around = {
  emoji: '😀👩‍👩‍👧',
  'right to left': 'שלום עולם \u202e',
  'combining marks': 'e\u0301o\u0308',
  plain: 'x',
};
const forms: readonly (readonly [string, string])[] = Object.entries(around).flatMap(([name, words]) => {
  const text = plain.replaceAll('AROUND', words);
  return [
    [name, text],
    [`${name}, CRLF`, text.replaceAll('\n', '\r\n')],
    [`${name}, BOM`, `\ufeff${text}`],
    [`${name}, tabs`, text.replaceAll(': {', ':\t{')],
  ] as const;
});

test.each(forms)('%s', (_, text) => {
  const document = openText(text);
  const at = (words: string, from = 0) => placeOf(text, words, from);

  const wrong = diagnosticsOf(document).filter(({ code }) => code === 'unknown-agent');
  expect(wrong.map(({ range }) => textIn(document, range))).toEqual(['critc']);

  const agent = at('agent: writer').shifted('agent: '.length);
  expect(textIn(document, definitionAt(document, agent)?.range)).toBe('writer');
  expect(textIn(document, hoverAt(document, agent)?.range)).toBe('writer');

  const renamed = renameAt(document, agent, 'author', { documents: () => [document] }, { canRenameFiles: true });
  const changes = renamed && 'documentChanges' in renamed ? (renamed.documentChanges ?? []) : [];
  const edits = changes.flatMap((change) => ('edits' in change ? change.edits : []));
  expect(edits.map(({ range }) => textIn(document, range))).toEqual(['writer', 'writer']);

  const field = at('tasks.draft').shifted('tasks.draft'.length);
  const { items } = completeAt(document, field);
  const draft = items.find(({ label }) => label === 'draft');
  expect(draft?.textEdit && 'range' in draft.textEdit && textIn(document, draft.textEdit.range)).toBe('draft');

  expect(wordsIn(document)).toEqual(expect.arrayContaining(['tasks', 'draft', 'inputs', 'topic', 'writer']));
});

function placeOf(text: string, words: string, from: number) {
  const offset = text.indexOf(words, from);
  const before = text.slice(0, offset).split('\n');
  const line = before.length - 1;
  const character = before.at(-1)?.length ?? 0;
  return { line, character, shifted: (by: number) => ({ line, character: character + by }) };
}

/** Cuts by lines and units as a client would, without help of ours. */
function textIn({ text }: OpenDocument, range: Range | undefined): string {
  if (!range || range.start.line !== range.end.line) return `no range in one line`;
  return (text.split('\n')[range.start.line] ?? '').slice(range.start.character, range.end.character);
}

function wordsIn(document: OpenDocument): readonly string[] {
  const data = semanticTokensOf(document);
  const words: string[] = [];
  let [line, character] = [0, 0];
  for (let index = 0; index < data.length; index += 5) {
    const [down = 0, right = 0, length = 0] = data.slice(index, index + 3);
    character = down === 0 ? character + right : right;
    line += down;
    words.push(textIn(document, { start: { line, character }, end: { line, character: character + length } }));
  }
  return words;
}
