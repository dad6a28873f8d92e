// What a document names that can be opened: other files that are there, and addresses of the web.
import type { DocumentLink } from 'vscode-languageserver';
import type { Node, Range } from '../../workflow/index.ts';
import { type OpenDocument, uriBeside } from './open-document.ts';
import { toLspRange } from './ranges.ts';

/** More links than anybody follows: an editor draws each. */
const maxLinks = 1_000;

/** @returns called workflows, modules and agents in files of their own where they are named, and addresses in values */
export function documentLinksOf(document: OpenDocument): readonly DocumentLink[] {
  const found = [...linksToFiles(document), ...linksToWeb(document)];
  const distinct = [...new Map(found.map((link) => [link.range.start, link])).values()].slice(0, maxLinks);
  return distinct
    .toSorted((a, b) => a.range.start - b.range.start)
    .map(({ range, target }) => ({ range: toLspRange(document.lines, range), target }));
}

interface Link {
  readonly range: Range;
  readonly target: string;
}

function linksToFiles(document: OpenDocument): readonly Link[] {
  if (document.facts.kind === 'config') return [];
  const { uses, workflow } = document.checked;
  const modules = workflow.toolsets.flatMap(({ module }) => module ?? []);
  const named = [
    ...uses
      .filter(({ by }) => by === 'workflow')
      .map(({ letters, declaredIn }) => ({ range: letters, file: declaredIn })),
    ...uses
      .filter(({ kind, by }) => kind === 'agent' && by !== 'expression' && by !== 'mock' && by !== 'reply')
      .map(({ letters, declaredIn }) => ({ range: letters, file: declaredIn })),
    ...modules.map(({ range, file }) => ({ range, file })),
  ];
  return named.flatMap(({ range, file }) => {
    const target = file === undefined ? undefined : uriBeside(document.facts.uri, file);
    return target !== undefined && document.textOf(target) !== undefined ? [{ range, target }] : [];
  });
}

const address = /https?:\/\/[^\s"'`<>\\^{|}$]*[^\s"'`<>\\^{|}$.,;:!?)\]]/g;

/** An address goes to the end of a word, and no further than to an expression: what is put in there nobody knows yet. */
function linksToWeb({ syntax, text }: OpenDocument): readonly Link[] {
  return scalarsIn(syntax.root).flatMap(({ start, end }) =>
    [...text.slice(start, end).matchAll(address)].flatMap((found) => {
      const range = { start: start + found.index, end: start + found.index + found[0].length };
      const isWhole = !text.startsWith('${{', range.end);
      return isWhole && URL.canParse(found[0]) ? [{ range, target: found[0] }] : [];
    }),
  );
}

function scalarsIn(node: Node | undefined): readonly Range[] {
  if (!node) return [];
  if (node.kind === 'scalar') return typeof node.value === 'string' ? [node.range] : [];
  const children = node.kind === 'list' ? node.items : node.pairs.map(({ value }) => value);
  return children.flatMap(scalarsIn);
}
