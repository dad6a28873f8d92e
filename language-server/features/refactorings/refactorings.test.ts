// What holds for every refactoring, wherever it is offered: whoever applies it has no new error.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type CodeAction, CodeActionKind, type TextDocumentEdit } from 'vscode-languageserver';
import type { Range } from '../../../workflow/index.ts';
import { codeActionsIn } from '../code-actions.ts';
import { everythingOf } from '../marked-text.ts';
import { OpenDocument, pathOfUri } from '../open-document.ts';
import { toLspRange, toRange } from '../ranges.ts';
import { taskSitesIn } from './task-sites.ts';
import { edited } from './written.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const files = [
  ...readdirSync(`${root}examples`).map((name) => `examples/${name}/${name}.segue.yaml`),
  ...['language', 'features'].flatMap((folder) =>
    readdirSync(`${root}test/fixtures/${folder}`)
      .filter((name) => name.endsWith('.segue.yaml'))
      .map((name) => `test/fixtures/${folder}/${name}`),
  ),
];

function opened(path: string, text: string, others: { readonly [path: string]: string } = {}): OpenDocument {
  const read = (other: string) => others[other] ?? (existsSync(other) ? readFileSync(other, 'utf8') : undefined);
  return new OpenDocument({
    uri: `file://${path}`,
    version: 1,
    kind: path.endsWith('.agent.yaml') ? 'agent' : 'workflow',
    text,
    files: {
      get: (other) => {
        const found = read(other);
        return found === undefined ? { problem: 'missing' } : { text: found };
      },
    },
  });
}

/** Each name in the file with all that is under it, and each pair of tasks that follow each other. */
function placesIn(document: OpenDocument): readonly Range[] {
  const sites = taskSitesIn(document.syntax.root);
  const pairs = sites.flatMap((site) => {
    const beside = sites.filter(({ scope }) => scope === site.scope);
    const next = beside[beside.indexOf(site) + 1];
    return next ? [{ start: site.pair.range.start, end: next.pair.keyNode.range.end }] : [];
  });
  const names = [...document.text.matchAll(/[\w-]+(?=:(\s|$))/gm)].map(({ index }) => ({ start: index, end: index }));
  const uses = document.checked.uses.map(({ range: { start } }) => ({ start, end: start }));
  return [...names, ...uses, ...pairs];
}

function refactoringsOf(document: OpenDocument): readonly CodeAction[] {
  const found = new Map<string, CodeAction>();
  for (const place of placesIn(document)) {
    const range = toLspRange(document.lines, place);
    const actions = codeActionsIn(document, range, everythingOf(document, [CodeActionKind.Refactor]));
    for (const action of actions) if (!action.disabled) found.set(JSON.stringify(action.edit), action);
  }
  return [...found.values()];
}

function errorsOf(document: OpenDocument): readonly string[] {
  return document.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message }) => `${code}: ${message}`);
}

describe('every refactoring leaves no new error', () => {
  it.each(files)(
    '%s',
    (file) => {
      const path = `${root}${file}`;
      const document = opened(path, readFileSync(path, 'utf8'));
      const before = errorsOf(document);
      for (const action of refactoringsOf(document)) {
        // It says itself that its output becomes a list.
        if (/becomes a list/.test(action.title)) continue;
        const { text, created } = applied(document, action);
        const after = opened(path, text, created);
        const others = Object.entries(created).flatMap(([other, content]) =>
          errorsOf(opened(other, content, { [path]: text })),
        );
        expect([action.title, ...errorsOf(after).filter((error) => !before.includes(error)), ...others]).toEqual([
          action.title,
        ]);
      }
    },
    60_000,
  );
});

interface Applied {
  /** The document after it. */
  readonly text: string;
  /** New files, by their paths. */
  readonly created: { readonly [path: string]: string };
  readonly deleted: readonly string[];
}

/** Applies the edits of an action to a document. Throws if they overlap, which a client refuses. */
function applied(document: OpenDocument, { edit }: CodeAction): Applied {
  const created: { [path: string]: string } = {};
  const deleted: string[] = [];
  let { text } = document;
  for (const change of edit?.documentChanges ?? []) {
    if ('kind' in change) {
      if (change.kind === 'create') created[pathOfUri(change.uri)] = '';
      if (change.kind === 'delete') deleted.push(pathOfUri(change.uri));
    } else if (change.textDocument.uri === document.facts.uri) text = withEdits(document, change);
    else
      created[pathOfUri(change.textDocument.uri)] = change.edits
        .map((one) => ('newText' in one ? one.newText : ''))
        .join('');
  }
  return { text, created, deleted };
}

function withEdits({ text, lines }: OpenDocument, { edits }: TextDocumentEdit): string {
  const inText = edits.flatMap((edit) =>
    'newText' in edit ? [{ range: toRange(lines, edit.range), newText: edit.newText }] : [],
  );
  const ordered = inText.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  ordered.forEach(({ range }, index) => {
    const before = ordered[index - 1];
    if (before && range.start < before.range.end) throw new Error(`Edits overlap at ${range.start}.`);
  });
  return edited(text, { start: 0, end: text.length }, ordered);
}
