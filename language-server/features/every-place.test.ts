// At every place of real files – the examples, and what the features are shown on – an answer comes, with places that an
// editor takes; and what is suggested for a name or a word is one that the rules know.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type CompletionItem, CompletionItemKind, type Hover, type Position } from 'vscode-languageserver';
import { openModelBook } from '../../models/index.ts';
import type { OtherFile } from '../../workflow/index.ts';
import { completeAt } from './completion.ts';
import { hoverAt } from './hover.ts';
import { fileKindOf, OpenDocument } from './open-document.ts';
import { toLspPosition } from './ranges.ts';
import { signatureHelpAt } from './signature-help.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const names = ['examples', 'test/fixtures/features'].flatMap((folder) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`),
);
const models = await openModelBook();
const maxItems = 400;

function open(name: string, text: string): OpenDocument {
  const uri = pathToFileURL(`${root}${name}`).href;
  return new OpenDocument({
    uri,
    version: 1,
    kind: name.endsWith('.config.yaml') ? 'config' : (fileKindOf(uri, 'segue') ?? 'workflow'),
    text,
    files: { get: otherFile },
    models: () => models,
    nearby: () => names.map((other) => `${root}${other}`),
  });
}

const others = new Map<string, OtherFile>();

function otherFile(path: string): OtherFile {
  const known = others.get(path) ?? readOther(path);
  others.set(path, known);
  return known;
}

function readOther(path: string): OtherFile {
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch {
    return { problem: 'missing' };
  }
}

describe('completion, hover and signatures', () => {
  test.each(names)(
    '%s',
    (name) => {
      const text = readFileSync(`${root}${name}`, 'utf8');
      const document = open(name, text);
      expect(document.checked).toBeDefined();
      // Each nineteenth place, from another one in each file: together they meet all kinds of places.
      // Each nineteenth place, from another one in each file: together they meet all kinds of places.
      for (let offset = text.length % 19; offset <= text.length; offset += 19) {
        const position = toLspPosition(document.lines, offset);
        checkItems(completeAt(document, position).items, position);
        const hover = hoverAt(document, position);
        if (hover?.range) expect(isIn(hover.range.start, position, hover.range.end)).toBe(true);
        expect(withoutCode(hover)).not.toMatch(/undefined|\[object|</);
        const help = signatureHelpAt(document, position);
        if (help) expect(help.signatures[help.activeSignature ?? 0]).toBeDefined();
      }
    },
    60_000,
  );
});

/** What an editor would take for HTML stands in code only. */
function withoutCode(hover: Hover | null): string {
  const contents = hover?.contents;
  const text = contents && typeof contents === 'object' && 'value' in contents ? contents.value : '';
  return text.replaceAll(/^(`{3,}).*?^\1$/gms, '').replaceAll(/`[^`]*`/g, '');
}

function checkItems(items: readonly CompletionItem[], position: Position): void {
  if (items.length === 0) return;
  expect(items.length).toBeLessThan(maxItems);
  const keys = items.map(({ label, kind }) => `${kind} ${label}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { textEdit } of items) {
    const range = textEdit && 'range' in textEdit ? textEdit.range : undefined;
    expect(range && range.start.line === position.line && isIn(range.start, position, range.end)).toBe(true);
  }
}

function isIn(start: Position, at: Position, end: Position): boolean {
  const isAfterStart = start.line < at.line || (start.line === at.line && start.character <= at.character);
  return isAfterStart && (at.line < end.line || (at.line === end.line && at.character <= end.character));
}

/** Kinds of suggestions that are names or words in full: agents, tasks, words. Whatever is chosen must be known. */
const inFull: ReadonlySet<CompletionItemKind | undefined> = new Set([
  CompletionItemKind.Class,
  CompletionItemKind.Event,
  CompletionItemKind.EnumMember,
]);

describe('what is suggested is known', () => {
  test.each(names.filter((name) => name.endsWith('.segue.yaml')))(
    '%s',
    (name) => {
      const text = readFileSync(`${root}${name}`, 'utf8');
      const document = open(name, text);
      expect(document.checked).toBeDefined();
      // The beginning of each value, as many as there is time for.
      const places = [...text.matchAll(/(?<=: |\[|, )[\w./-]+(?=[\s,\]}])/g)].map(({ index }) => index);
      const step = Math.ceil(places.length / 15);
      for (let at = 0; at < places.length; at += step) {
        const offset = places[at] ?? 0;
        const { items } = completeAt(document, toLspPosition(document.lines, offset));
        for (const item of items.filter(({ kind }) => inFull.has(kind)).slice(0, 3))
          expect(unknownAt(open(name, taken(document, item)), offset), `${item.label} at ${offset}`).toEqual([]);
      }
    },
    120_000,
  );
});

function taken({ text, lines }: OpenDocument, { textEdit }: CompletionItem): string {
  if (!textEdit || !('range' in textEdit)) return text;
  const { start, end } = textEdit.range;
  const offset = (position: Position): number => (lines.starts[position.line] ?? 0) + position.character;
  return text.slice(0, offset(start)) + textEdit.newText + text.slice(offset(end));
}

/** Findings about names that nobody knows, where something was put in. What follows elsewhere is another matter. */
function unknownAt(document: OpenDocument, offset: number): readonly string[] {
  return document.diagnostics
    .filter(({ code, range }) => code.startsWith('unknown-') && range.start <= offset && offset <= range.end)
    .map(({ message }) => message);
}
