// What goes along with extracted tasks: the agents that they name, and those that these name; their tools; the mocks.
import {
  type Agent,
  builtinTools,
  isAgentFile,
  itemsOf,
  type NameUse,
  type Node,
  type Pair,
  pairOf,
  type Range,
  type TextEdit,
  valueOf,
} from '../../../workflow/index.ts';
import { uriBeside } from '../open-document.ts';
import { type Extraction, sectionOf } from './extraction.ts';
import { isWithin, textAt } from './task-sites.ts';
import { copiedItem, removals, withoutItems } from './written.ts';

export interface Parts {
  /** Agents of the file that are needed, in file order. */
  readonly agents: readonly Pair[];
  /** Those of them that nobody else needs. */
  readonly leavingAgents: readonly Pair[];
  /** The texts of files of agents among which are those of the agents that are needed and stand in files of their own. */
  readonly agentFiles: readonly string[];
  readonly toolsets: readonly Pair[];
  readonly mocks: readonly Node[];
  /** Those of them that answer nobody else. */
  readonly leavingMocks: readonly Node[];
  readonly problems: readonly string[];
}

const ofOneFile: ReadonlySet<string> = new Set(
  builtinTools.filter(({ answeredBy }) => answeredBy === 'engine').map(({ name }) => name),
);

/** @returns what extracted tasks need beside the values that they name */
export function partsFor(extraction: Extraction): Parts {
  const names = agentsNeeded(extraction);
  const agents = sectionOf(extraction.document, 'agents')?.pairs.filter(({ key }) => names.has(key)) ?? [];
  const models = reachable(extraction.document.checked.workflow.agents.filter(({ name }) => names.has(name)));
  const tools = toolsNeeded(extraction, models);
  const toolsets = toolsetsNeeded(extraction, agents, tools);
  const entries = mockEntries(extraction);
  const leaving = leavingAgents(extraction, agents);
  const isOfThem = (entry: Node): boolean => answersTasks(extraction, entry);
  const leavingMocks = entries.filter((entry) => isOfThem(entry) || isOfAgent(entry, leaving));
  const mocks = entries.filter((entry) => isOfThem(entry) || mayAnswer(entry, names, tools));
  const named = entries.filter((entry) => !leavingMocks.includes(entry)).map((entry) => textAt(entry, 'agent'));
  return {
    agents,
    leavingAgents: leaving.filter(({ key }) => !named.includes(key)),
    agentFiles: models.some(({ file }) => file !== extraction.document.file) ? agentFilesOf(extraction) : [],
    toolsets,
    mocks,
    leavingMocks,
    problems: problemsOf(models, tools),
  };
}

/** The entries of the file's `mock`. */
function mockEntries({ document }: Extraction): readonly Node[] {
  const mock = valueOf(document.syntax.root, 'mock');
  return itemsOf(mock?.kind === 'list' ? mock : valueOf(mock, 'entries'));
}

function agentsNeeded(extraction: Extraction): ReadonlySet<string> {
  const { uses } = extraction.document.checked;
  const named = (isIn: (range: Range) => boolean): readonly string[] =>
    uses.filter(({ kind, by, range }) => kind === 'agent' && by !== 'mock' && isIn(range)).map(({ name }) => name);
  const names = new Set(named((range) => extraction.takes(range)));
  const section = sectionOf(extraction.document, 'agents');
  // What is added while the loop runs is looked at too.
  for (const name of names) {
    const pair = section?.pairs.find(({ key }) => key === name);
    if (pair) for (const other of named((range) => isWithin(range, pair.range))) names.add(other);
  }
  return names;
}

function reachable(agents: readonly Agent[]): readonly Agent[] {
  const found = new Set(agents);
  for (const { subAgents, handoffs } of found) {
    for (const link of [...subAgents, ...handoffs]) {
      const agent = link.agent();
      if (agent) found.add(agent);
    }
  }
  return [...found];
}

/** All that the check has read: which of them extends which is not asked. */
function agentFilesOf({ document }: Extraction): readonly string[] {
  return document.checked.files
    .filter((path) => isAgentFile(path))
    .flatMap((path) => document.textOf(uriBeside(document.facts.uri, path)) ?? []);
}

function toolsNeeded(extraction: Extraction, agents: readonly Agent[]): ReadonlySet<string> {
  const named = extraction.document.checked.uses.filter(
    ({ kind, range }) => kind === 'tool' && extraction.takes(range),
  );
  return new Set([...named.map(({ name }) => name), ...agents.flatMap((agent) => agent.tools)]);
}

function toolsetsNeeded(
  { document }: Extraction,
  agents: readonly Pair[],
  tools: ReadonlySet<string>,
): readonly Pair[] {
  const { uses, workflow } = document.checked;
  const isNamed = ({ kind, range }: NameUse): boolean =>
    kind === 'toolset' && agents.some((agent) => isWithin(range, agent.range));
  const named = new Set(uses.filter(isNamed).map(({ name }) => name));
  const giving = workflow.toolsets.filter((set) => set.tools.some((tool) => tools.has(tool))).map(({ name }) => name);
  return sectionOf(document, 'toolsets')?.pairs.filter(({ key }) => named.has(key) || giving.includes(key)) ?? [];
}

/** Agents that nothing but the tasks and each other name. */
function leavingAgents(extraction: Extraction, agents: readonly Pair[]): readonly Pair[] {
  const uses = extraction.document.checked.uses.filter(({ kind, by }) => kind === 'agent' && by !== 'mock');
  let leaving = agents;
  for (let before = -1; before !== leaving.length; ) {
    before = leaving.length;
    const places = leaving.map(({ range }) => range);
    const isTaken = (range: Range): boolean =>
      extraction.takes(range) || places.some((place) => isWithin(range, place));
    leaving = leaving.filter(({ key }) => uses.every(({ name, range }) => name !== key || isTaken(range)));
  }
  return leaving;
}

function answersTasks({ tasks }: Extraction, entry: Node): boolean {
  const named = textAt(entry, 'task');
  return tasks.some(({ path }) => named === path || named?.startsWith(`${path}/`) || named?.startsWith(`${path}[`));
}

function isOfAgent(entry: Node, agents: readonly Pair[]): boolean {
  const named = textAt(entry, 'agent');
  return textAt(entry, 'task') === undefined && agents.some(({ key }) => key === named);
}

/** Whether an entry that names no task may answer one of the extracted tasks. */
function mayAnswer(entry: Node, agents: ReadonlySet<string>, tools: ReadonlySet<string>): boolean {
  if (textAt(entry, 'task') !== undefined) return false;
  const [agent, tool] = [textAt(entry, 'agent'), textAt(entry, 'tool')];
  return (agent === undefined || agents.has(agent)) && (tool === undefined || tools.has(tool));
}

function problemsOf(agents: readonly Agent[], tools: ReadonlySet<string>): readonly string[] {
  const shared = [...tools].find((tool) => ofOneFile.has(tool));
  const remembering = agents.find(({ memory }) => memory !== undefined);
  return [
    ...(shared === undefined
      ? []
      : [`They use \`${shared}\`: messages, notes and shared values are those of one file.`]),
    ...(remembering ? [`The agent \`${remembering.name}\` has a memory, and that is of one file.`] : []),
  ];
}

/** Takes agents out of the file that nobody here needs any more. */
export function removedAgents({ document, text }: Extraction, { leavingAgents: leaving }: Parts): readonly TextEdit[] {
  const { root } = document.syntax;
  const [map, section] = [sectionOf(document, 'agents'), pairOf(root, 'agents')];
  if (!map || !section || root?.kind !== 'map' || leaving.length === 0) return [];
  return leaving.length === map.pairs.length ? removals(text, root, [section]) : removals(text, map, leaving);
}

/** Takes mocks out of the file that answer nobody here any more. */
export function mockEdits({ document, text }: Extraction, { leavingMocks: leaving }: Parts): readonly TextEdit[] {
  const { root } = document.syntax;
  const mock = pairOf(root, 'mock');
  if (!mock || root?.kind !== 'map' || leaving.length === 0) return [];
  const isLeaving = (entry: Node): boolean => leaving.includes(entry);
  const entries = pairOf(mock.value, 'entries');
  if (mock.value.kind !== 'map' || !entries) return withoutItems(text, root, mock, isLeaving);
  const isEmptied = itemsOf(entries.value).every(isLeaving);
  return isEmptied ? removals(text, root, [mock]) : withoutItems(text, mock.value, entries, isLeaving);
}

/** @returns the `mock` of the new file; empty if there is none */
export function copiedMocks(extraction: Extraction, { mocks }: Parts): string {
  if (mocks.length === 0) return '';
  const { document, text, scope } = extraction;
  const mock = valueOf(document.syntax.root, 'mock');
  const isStrict = textAt(mock, 'strict') === 'true';
  const list = mock?.kind === 'list' ? mock : valueOf(mock, 'entries');
  const entries = mocks.map((entry) => {
    const named = valueOf(entry, 'task');
    // Its tasks are at the top of the new file.
    const edits =
      named?.kind === 'scalar' && scope.prefix !== ''
        ? [{ range: named.range, newText: named.text.slice(scope.prefix.length) }]
        : [];
    return copiedItem(text, list?.kind === 'list' && list.flow, entry, isStrict ? 4 : 2, edits);
  });
  return isStrict ? `mock:\n  strict: true\n  entries:\n${entries.join('')}` : `mock:\n${entries.join('')}`;
}
