// What the workspace declares, by name: workflows with their tasks, agents and inputs, and agents in files of their own.
import { type DocumentSymbol, SymbolKind, type SymbolInformation } from 'vscode-languageserver';
import { nameOfAgentFile } from '../../workflow/index.ts';
import type { OpenDocument } from './open-document.ts';
import { symbolsOf } from './symbols.ts';
import type { Workspace } from './workspace.ts';

/** More than this nobody reads; a longer query finds fewer. */
const maxSymbols = 200;

/** @returns what fits a query, best first: its letters stand in the name in this order, in any case */
export function workspaceSymbolsOf(workspace: Workspace, query: string): readonly SymbolInformation[] {
  const found = workspace.documents().flatMap((document) =>
    symbolsIn(document).flatMap((symbol) => {
      const cost = costOf(symbol.name, query);
      return cost === undefined ? [] : [{ symbol, cost }];
    }),
  );
  return found
    .toSorted((a, b) => a.cost - b.cost || a.symbol.name.length - b.symbol.name.length)
    .slice(0, maxSymbols)
    .map(({ symbol }) => symbol);
}

const known = new WeakMap<OpenDocument, readonly SymbolInformation[]>();

/** @returns what a document declares; worked out once, for that takes long */
export function symbolsIn(document: OpenDocument): readonly SymbolInformation[] {
  const found = known.get(document) ?? declaredIn(document);
  known.set(document, found);
  return found;
}

function declaredIn(document: OpenDocument): readonly SymbolInformation[] {
  const { kind, uri } = document.facts;
  const start = { line: 0, character: 0 };
  const whole = { uri, range: { start, end: start } };
  if (kind === 'config') return [];
  if (kind === 'agent') return [{ name: nameOfAgentFile(document.file), kind: SymbolKind.Class, location: whole }];
  const { name } = document.checked.workflow;
  const inside = symbolsOf(document).flatMap(({ children = [] }) => flattened(children));
  return [
    { name, kind: SymbolKind.Module, location: whole },
    ...inside.map(({ symbol, within }) => ({
      name: symbol.name,
      kind: symbol.kind,
      location: { uri, range: symbol.selectionRange },
      containerName: within === undefined ? name : `${name} · ${within}`,
    })),
  ];
}

interface Flat {
  readonly symbol: DocumentSymbol;
  readonly within?: string;
}

function flattened(symbols: readonly DocumentSymbol[], within?: string): readonly Flat[] {
  return symbols.flatMap((symbol) => [
    { symbol, ...(within !== undefined && { within }) },
    ...flattened(symbol.children ?? [], symbol.name),
  ]);
}

/** How far a name is from a query: letters that stand between those of the query; undefined if it does not fit. */
function costOf(name: string, query: string): number | undefined {
  const [letters, wanted] = [name.toLowerCase(), query.toLowerCase().replaceAll(/\s/g, '')];
  let at = -1;
  let cost = 0;
  for (const letter of wanted) {
    const next = letters.indexOf(letter, at + 1);
    if (next === -1) return undefined;
    cost += next - at - 1;
    at = next;
  }
  return cost;
}
