// The outline of a document: inputs, agents, tasks with what is inside them, outputs.
import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver';
import {
  type Branch,
  heldBy,
  isWrittenOut,
  type JsonSchema,
  type Named,
  pairOf,
  type Range,
  type Task,
  tasksOf,
  type Workflow,
} from '../../workflow/index.ts';
import type { OpenDocument } from './open-document.ts';
import { toLspRange } from './ranges.ts';

/** @returns the sections of a workflow that are there, in file order, each with its names; of a configuration its providers */
export function symbolsOf(document: OpenDocument): readonly DocumentSymbol[] {
  switch (document.facts.kind) {
    case 'workflow':
      return workflowSymbols(document);
    case 'config':
      return configSymbols(document);
    case 'agent':
      return [];
  }
}

interface Entry {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly nameRange: Range;
  readonly range: Range;
  readonly children?: readonly Entry[];
}

function workflowSymbols(document: OpenDocument): readonly DocumentSymbol[] {
  const { workflow } = document.checked;
  const sections: readonly (readonly [string, readonly Entry[]])[] = [
    ['inputs', workflow.inputs.map((input) => entry(input, SymbolKind.Variable, typeOf(input.schema)))],
    ['shared', workflow.shared.map((shared) => entry(shared, SymbolKind.Variable, typeOf(shared.schema)))],
    ['agents', ownAgents(workflow).map((agent) => entry(agent, SymbolKind.Class, agent.model))],
    ['toolsets', workflow.toolsets.map((toolset) => entry(toolset, SymbolKind.Module, toolset.tools.join(', ')))],
    ['tasks', workflow.root.tasks.map(taskEntry)],
    ['outputs', workflow.outputs.map((output) => entry(output, SymbolKind.Field, ''))],
  ];
  return sections.flatMap(([name, children]) => section(document, name, children)).sort(byPlace);
}

/** Those that do not stand in files of their own. */
function ownAgents({ agents, file }: Workflow): Workflow['agents'] {
  return agents.filter((agent) => agent.file === file);
}

function configSymbols(document: OpenDocument): readonly DocumentSymbol[] {
  const { config } = document.checked;
  const own = config.providers.map((provider) => ({
    name: provider.name,
    detail: provider.baseUrl ?? '',
    kind: SymbolKind.Module,
    nameRange: { start: provider.range.start, end: provider.range.start + provider.name.length },
    range: provider.range,
  }));
  return section(document, 'providers', own);
}

function section(document: OpenDocument, name: string, children: readonly Entry[]): readonly DocumentSymbol[] {
  const pair = pairOf(document.syntax.root, name);
  if (!pair) return [];
  const { range, keyNode } = pair;
  return [
    toSymbol(document, { name, detail: '', kind: SymbolKind.Namespace, nameRange: keyNode.range, range, children }),
  ];
}

function entry({ name, nameRange, range }: Named, kind: SymbolKind, detail: string): Entry {
  return { name, detail, kind, nameRange, range };
}

function typeOf(schema: JsonSchema): string {
  return typeof schema['type'] === 'string' ? schema['type'] : '';
}

/** A task with a gate is shown as what it tries; agents at work inside a pattern stand nowhere in the file. */
function taskEntry(task: Task): Entry {
  const work = task.type === 'gated' && task.body.kind === 'task' ? task.body.task : task;
  const written = heldBy(work).filter(isWrittenOut);
  const children = written.map((held) => ('type' in held ? taskEntry(held) : branchEntry(held)));
  return { ...entry(task, SymbolKind.Event, detailOf(work)), name: nameOf(task), children };
}

function branchEntry(branch: Branch): Entry {
  return { ...entry(branch, SymbolKind.Event, 'branch'), children: tasksOf(branch.body).map(taskEntry) };
}

/** The body of a `for_each` or a `loop` has no name of its own: it is called by its key. */
function nameOf({ name, path }: Task): string {
  if (path.endsWith('[]')) return 'do';
  return path.endsWith('/fallback') ? 'fallback' : name;
}

function detailOf(task: Task): string {
  if (task.type === 'agent' || task.type === 'router') return task.agentName;
  return task.type === 'tool' ? task.tool : task.type;
}

function toSymbol(document: OpenDocument, { name, detail, kind, nameRange, range, children }: Entry): DocumentSymbol {
  const { lines } = document;
  // The protocol demands a name, and that the whole holds the name.
  const whole = { start: Math.min(range.start, nameRange.start), end: Math.max(range.end, nameRange.end) };
  return {
    name: name === '' ? '…' : name,
    ...(detail === '' ? {} : { detail }),
    kind,
    range: toLspRange(lines, whole),
    selectionRange: toLspRange(lines, nameRange),
    ...(children && children.length > 0 ? { children: children.map((child) => toSymbol(document, child)) } : {}),
  };
}

function byPlace(a: DocumentSymbol, b: DocumentSymbol): number {
  return a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character;
}
