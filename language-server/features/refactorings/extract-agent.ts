// An agent of the file into a file of its own, `agents/NAME.agent.yaml`, where every workflow of the folder finds it.
// Those who name it name it as before.
import { type MapNode, pairOf, type Pair, type TextEdit } from '../../../workflow/index.ts';
import { type OpenDocument, uriBeside } from '../open-document.ts';
import { touches } from '../ranges.ts';
import { cutsAnchors } from './anchors.ts';
import { agentPathBeside, isKnownFile } from './known-files.ts';
import { sectionOf } from './extraction.ts';
import { hasErrors, type Offer, type Refactoring, type Site } from './refactoring.ts';
import { isWithin } from './task-sites.ts';
import { closed, columnOf, eolOf, linesOf, removals, shifted } from './written.ts';

export const extractAgent: Refactoring = (site) => {
  const agents = sectionOf(site.document, 'agents');
  const pair = agents?.pairs.find(({ range }) => touches(range, site.range.start));
  if (!agents || !pair || site.document.facts.kind !== 'workflow') return [];
  const title = `Move the agent \`${pair.key}\` to \`agents/${pair.key}.agent.yaml\``;
  return [{ title, kind: 'refactor.extract.agent', outcome: moved(site, agents, pair) }];
};

function moved(site: Site, agents: MapNode, pair: Pair): Offer['outcome'] {
  const { document } = site;
  const path = agentPathBeside(document.file, pair.key);
  const refused = whyNot(site, pair, path);
  if (refused !== undefined) return { refused };
  const edits = removed(document, agents, pair);
  return { edits, creates: { uri: uriBeside(document.facts.uri, path), text: fileText(document, pair) } };
}

function whyNot(site: Site, pair: Pair, path: string): string | undefined {
  const { document } = site;
  if (hasErrors(document)) return 'This file has errors: mend them first.';
  if (!/^[A-Za-z_][\w-]*$/.test(pair.key)) return `\`${pair.key}\` can not be the name of a file.`;
  if (pair.value.kind !== 'map' || !isWithin(pair.value.range, pair.range))
    return 'It is an alias: its text stands elsewhere.';
  if (isKnownFile(site, path)) return `There is an \`agents/${pair.key}.agent.yaml\` already.`;
  const other = document.checked.uses.find(
    ({ kind, name, range, declared }) =>
      kind === 'agent' && name !== pair.key && declared && isWithin(range, pair.range),
  );
  if (other)
    return `It names \`${other.name}\`, which stands in this file, and files of agents see only each other. Move that first.`;
  return cutsAnchors(document.text, [pair.range])
    ? 'An anchor of it is used elsewhere, or one from elsewhere in it.'
    : undefined;
}

/** The last agent takes the section with it. */
function removed({ syntax: { root }, text }: OpenDocument, agents: MapNode, pair: Pair): readonly TextEdit[] {
  const section = pairOf(root, 'agents');
  if (agents.pairs.length === 1 && section && root?.kind === 'map') return removals(text, root, [section]);
  return removals(text, agents, [pair]);
}

/** What stood under the name of the agent, with the comments above it. */
function fileText({ text }: OpenDocument, { range, value }: Pair): string {
  const eol = eolOf(text);
  if (value.kind !== 'map' || value.flow) {
    const written = text.slice(value.range.start, value.range.end);
    const isOneLine = value.kind === 'map' && !written.includes('\n');
    const pairs = isOneLine ? value.pairs.map((pair) => text.slice(pair.range.start, pair.range.end)) : [written];
    return pairs.map((line) => `${line}${eol}`).join('');
  }
  const lines = linesOf(text, range);
  const first = value.pairs[0] ? linesOf(text, value.pairs[0].range).start : value.range.start;
  const comments = text.slice(lines.start, range.start).trimEnd();
  const head = comments === '' ? '' : closed(shifted(comments.trimStart(), columnOf(text, range.start), 0), eol);
  const column = value.pairs[0] ? columnOf(text, value.pairs[0].range.start) : 0;
  return `${head}${shifted(closed(text.slice(first, lines.end), eol), column, 0)}`;
}
