// The agent of a file of its own into the workflow that names it. The file goes if nobody else names the agent, as far
// as the workspace is known.
import {
  isAgentFile,
  type MapNode,
  type NameUse,
  pairOf,
  parseDocument,
  type TextEdit,
} from '../../../workflow/index.ts';
import { type OpenDocument, uriBeside } from '../open-document.ts';
import { touches } from '../ranges.ts';
import { hasAnchors } from './anchors.ts';
import { sectionOf } from './extraction.ts';
import { hasErrors, type Offer, type Refactoring, type Site } from './refactoring.ts';
import { addition, closed, eolOf, linesOf, shifted } from './written.ts';

export const inlineAgent: Refactoring = (site) => {
  const { document, range } = site;
  if (document.facts.kind !== 'workflow') return [];
  const use = document.checked.uses.find(({ kind, range: name }) => kind === 'agent' && touches(name, range.start));
  const path = use?.declaredIn;
  if (!use || path === undefined || !isAgentFile(path)) return [];
  const isNeeded = isNamedElsewhere(site, use.name, path);
  const title = `${isNeeded ? 'Copy' : 'Move'} the agent \`${use.name}\` into this file`;
  return [{ title, kind: 'refactor.inline.agent', outcome: inlined(site, use, path, isNeeded) }];
};

function inlined({ document }: Site, use: NameUse, path: string, isNeeded: boolean): Offer['outcome'] {
  const uri = uriBeside(document.facts.uri, path);
  const text = document.textOf(uri);
  const refused = whyNot(document, use, path, text);
  if (text === undefined || refused !== undefined) return { refused: refused ?? `\`${path}\` is not known.` };
  const eol = eolOf(document.text);
  const lines = shifted(closed(text.trimEnd().replaceAll(/\r?\n/g, eol), eol), 0, 2);
  const edits = added(document, `${use.name}:${eol}${lines}`);
  return { edits, ...(isNeeded ? {} : { deletes: uri }) };
}

function whyNot(document: OpenDocument, use: NameUse, path: string, text: string | undefined): string | undefined {
  if (hasErrors(document)) return 'This file has errors: mend them first.';
  if (text === undefined) return `The text of \`${path}\` is not known.`;
  const { root, diagnostics } = parseDocument(path, text);
  if (root?.kind !== 'map' || diagnostics.length > 0) return 'The file of the agent has errors: mend them first.';
  if (root.flow || /^(---|%)/m.test(text)) return 'The file of the agent is written in braces, or has a line `---`.';
  if (hasAnchors(text) && hasAnchors(document.text)) return 'Both files have anchors, which could mean each other.';
  const agents = sectionOf(document, 'agents');
  if (agents?.flow) return '`agents` is written in braces here: write each agent on lines of its own.';
  const mixed = namesIn(root).find((name) => name !== use.name && pairOf(agents, name));
  return mixed === undefined ? undefined : `Its file means another \`${mixed}\` than the one that stands here.`;
}

/** The agents that an agent names. */
function namesIn(agent: MapNode): readonly string[] {
  const named = ['extends', 'sub_agents', 'handoffs'].flatMap((key) => {
    const value = pairOf(agent, key)?.value;
    return value?.kind === 'list' ? value.items : value ? [value] : [];
  });
  return named.flatMap((node) => (node.kind === 'scalar' ? [node.text] : []));
}

/** At the end of the agents; with a section of their own before the tasks if there is none. */
function added(document: OpenDocument, written: string): readonly TextEdit[] {
  const { text, syntax } = document;
  const agents = sectionOf(document, 'agents');
  if (agents) return [addition(text, agents, written)];
  const eol = eolOf(text);
  const tasks = pairOf(syntax.root, 'tasks');
  const at = tasks ? linesOf(text, tasks.range).start : text.length;
  return [{ range: { start: at, end: at }, newText: `agents:${eol}${shifted(written, 0, 2)}${eol}` }];
}

/** Whether another file of the workspace uses the agent of a file. */
function isNamedElsewhere({ document, workspace }: Site, name: string, path: string): boolean {
  return workspace.documents().some((other) => {
    if (other.file === document.file || other.file === path || other.facts.kind === 'config') return false;
    // To check a file takes time; most do not even have the word.
    if (!other.text.includes(name)) return false;
    const isNamed = other.checked.uses.some(({ kind, declaredIn }) => kind === 'agent' && declaredIn === path);
    return isNamed || other.checked.workflow.agents.some(({ file }) => file === path);
  });
}
