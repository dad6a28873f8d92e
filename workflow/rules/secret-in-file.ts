import { keysInText, looksRandom } from '../shape/secret-words.ts';
import type { SyntaxDocument } from '../syntax/document.ts';
import { type Node, pairsOf, type ScalarNode } from '../syntax/tree.ts';
import type { Report } from './rule.ts';

/**
 * Keys and passwords that stand in a file: whoever has the file has them, and so has every record of a run. What it is
 * is never repeated.
 * @param known scalars of which something is said already
 */
export function secretInFile({ root }: Pick<SyntaxDocument, 'root'>, known: ReadonlySet<Node>, report: Report): void {
  const seen = new Set<Node>(known);
  const look = (node: Node, key: string): void => {
    if (seen.has(node)) return; // An alias is the node that it names.
    seen.add(node);
    if (node.kind === 'scalar') return checkScalar(node, key, report);
    if (node.kind === 'list') for (const item of node.items) look(item, key);
    else for (const pair of pairsOf(node)) look(pair.value, pair.key);
  };
  if (root) look(root, '');
}

const remedy =
  'A file is no place for it: files are shared, and runs record them. Take it out, and have a new one made.';

function checkScalar(node: ScalarNode, key: string, report: Report): void {
  if (typeof node.value !== 'string') return;
  const found = keysInText(node.text);
  for (const { what, start, end } of found) {
    const range = { start: node.toFileOffset(start), end: node.toFileOffset(end) };
    report({ code: 'secret-in-file', severity: 'warning', message: `This looks like ${what}. ${remedy}`, range });
  }
  if (found.length > 0 || !looksRandom(key, node.text)) return;
  const message = `\`${key}\` looks like a secret. ${remedy}`;
  report({ code: 'secret-in-file', severity: 'warning', message, range: node.range });
}
