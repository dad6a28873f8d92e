// Where each code of a diagnostic is explained, offline: `docs/diagnostics.md`, which travels with us. The client says
// where that is; without a word from it, it is looked for beside the script that was started.
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { InitializeParams } from 'vscode-languageserver';

/** @returns the address of the explanation of a code; undefined: there is none */
export type ExplanationOf = (code: string) => string | undefined;

/** Answers for one client. @param script the file that was started */
export function explanationsFor(
  { capabilities, initializationOptions }: Pick<InitializeParams, 'capabilities' | 'initializationOptions'>,
  script: string | undefined,
): ExplanationOf {
  if (!capabilities.textDocument?.publishDiagnostics?.codeDescriptionSupport) return () => undefined;
  const said: unknown = (initializationOptions as { readonly docs?: unknown } | undefined)?.docs;
  return explanationsIn(typeof said === 'string' ? said : pageBeside(script));
}

/**
 * Headings of a page are named after codes. Editors that open a file at a place know lines (`#L12`), and no headings; a
 * page that we can not read is a page of the web, and has them.
 * @param page a URI
 */
export function explanationsIn(page: string | undefined): ExplanationOf {
  if (page === undefined) return () => undefined;
  if (!page.startsWith('file:')) return (code) => `${page}#${code}`;
  const lines = headingsIn(textOf(page) ?? '');
  return (code) => {
    const line = lines.get(code);
    return line === undefined ? undefined : `${page}#L${line}`;
  };
}

/** The lines of the headings, from 1. */
function headingsIn(text: string): ReadonlyMap<string, number> {
  const headings = text.split('\n').flatMap((line, index) => {
    const code = /^## ([a-z-]+)$/.exec(line)?.[1];
    return code === undefined ? [] : [[code, index + 1] as const];
  });
  return new Map(headings);
}

/** Beside `dist/`, where the bundles are; the script may be a link on the PATH. */
function pageBeside(script: string | undefined): string | undefined {
  if (script === undefined) return undefined;
  try {
    return pathToFileURL(join(dirname(realpathSync(script)), '..', 'docs', 'diagnostics.md')).href;
  } catch {
    return undefined; // What was started is no file any more.
  }
}

function textOf(page: string): string | undefined {
  try {
    return readFileSync(fileURLToPath(page), 'utf8');
  } catch {
    return undefined; // Without the page a code is a word.
  }
}
