// Code lenses: above a file how to run it and its worst case; above a task what past runs took, and its worst case. What
// takes time to know is found when a lens is shown, so nobody who types waits for it.
import type { CodeLens, Command } from 'vscode-languageserver';
import { allTasks, isWrittenOut, type Range, type Task } from '../../workflow/index.ts';
import type { ClientOptions, LensCommand, TaskHistory } from '../protocol/index.ts';
import type { OpenDocument } from './open-document.ts';
import { toLspRange } from './ranges.ts';
import { pastInOneLine, pastOfFile } from './task-history-text.ts';
import type { FactsOf } from './worst-case/call.ts';
import { explainFile, explainTask, worstInOneLine } from './worst-case/in-words.ts';
import { worstCasesOf, type WorstCases } from './worst-case/index.ts';

/** What a lens is about, until it is resolved. `path` is left out for that of the whole file. */
interface LensData {
  readonly uri: string;
  readonly path?: string;
}

/** What lenses need beside the document. */
export interface LensWorld {
  /** What past runs say, as far as it is known now. */
  readonly past: TaskHistory | undefined;
  /** The commands that the client can carry out. */
  readonly commands: NonNullable<ClientOptions['commands']>;
}

/** @returns lenses in file order; those of worst cases without a title yet */
export function lensesOf(document: OpenDocument, world: LensWorld): readonly CodeLens[] {
  if (document.facts.kind !== 'workflow') return [];
  const { workflow } = document.checked;
  const start = document.syntax.root?.range.start ?? 0;
  const top = { start, end: start };
  const tasks = lensTasks(workflow.root.tasks);
  return [
    ...fileLenses(document, world, tasks).map((command) => lensAt(document, top, command)),
    ...(tasks.some(asksModels) ? [worstLens(document, top)] : []),
    ...tasks.flatMap((task) => [
      ...pastLens(document, task, world),
      ...(asksModels(task) ? [worstLens(document, task.nameRange, task.path)] : []),
    ]),
  ];
}

/** @returns the lens with its words, and what a click on it shows */
export function resolvedLens(
  document: OpenDocument,
  lens: CodeLens,
  factsOf: FactsOf,
  { commands }: Pick<LensWorld, 'commands'>,
): CodeLens {
  const { path } = dataOf(lens);
  const { workflow } = document.checked;
  const worst = worstOf(document, factsOf);
  const task = path === undefined ? undefined : worst.byPath.get(path);
  const eachTime = path?.includes('[]') ?? false;
  const title = worstInOneLine(task ? task.cost : worst.file, eachTime);
  const markdown = () => (task ? explainTask(task, eachTime) : explainFile(workflow.name || 'this file', worst));
  const command = commandOf(title, 'segue.explainCost', markdown, commands);
  return path !== undefined && !task ? lens : { ...lens, command };
}

/** The document that a lens is of. */
export function documentOfLens(lens: CodeLens): string | undefined {
  const { uri } = dataOf(lens);
  return uri === '' ? undefined : uri;
}

const reckoned = new WeakMap<OpenDocument, { readonly factsOf: FactsOf; readonly worst: WorstCases }>();

function worstOf(document: OpenDocument, factsOf: FactsOf): WorstCases {
  const known = reckoned.get(document);
  if (known?.factsOf === factsOf) return known.worst;
  const worst = worstCasesOf(document.checked.workflow, { factsOf });
  reckoned.set(document, { factsOf, worst });
  return worst;
}

function fileLenses(
  { facts }: OpenDocument,
  { past, commands }: LensWorld,
  tasks: readonly Task[],
): readonly Command[] {
  const run = tasks.length > 0 && commands.includes('segue.run') ? [runCommand(facts.uri)] : [];
  const told = past && pastOfFile(past);
  return [...run, ...(told === undefined ? [] : [{ title: told, command: '' }])];
}

function runCommand(uri: string): Command {
  return { title: 'Run', command: 'segue.run' satisfies LensCommand, arguments: [uri] };
}

function pastLens(document: OpenDocument, task: Task, { past, commands }: LensWorld): readonly CodeLens[] {
  const told = past?.tasks[task.path];
  if (!told || silent.has(task.type)) return [];
  const command = commandOf(pastInOneLine(told), 'segue.showRun', () => told.last.runId, commands);
  return [lensAt(document, task.nameRange, command)];
}

/** They take neither tokens nor time of their own. */
const silent: ReadonlySet<Task['type']> = new Set(['set', 'condition', 'wait', 'terminate', 'human']);

function worstLens(document: OpenDocument, range: Range, path?: string): CodeLens {
  const data: LensData = { uri: document.facts.uri, ...(path !== undefined && { path }) };
  return { range: toLspRange(document.lines, range), data };
}

function lensAt(document: OpenDocument, range: Range, command: Command): CodeLens {
  return { range: toLspRange(document.lines, range), command };
}

function commandOf(
  title: string,
  command: LensCommand,
  argument: () => string,
  commands: LensWorld['commands'],
): Command {
  return commands.includes(command) ? { title, command, arguments: [argument()] } : { title, command: '' };
}

function dataOf({ data }: CodeLens): LensData {
  const { uri, path } = (data ?? {}) as { readonly uri?: unknown; readonly path?: unknown };
  return { uri: typeof uri === 'string' ? uri : '', ...(typeof path === 'string' && { path }) };
}

/** Tasks that a file writes out, in file order; of a task with a gate that as a whole. */
function lensTasks(tasks: readonly Task[]): readonly Task[] {
  const places = new Set<number>();
  return allTasks(tasks).filter((task) => {
    const isNew = isWrittenOut(task) && !places.has(task.nameRange.start);
    places.add(task.nameRange.start);
    return isNew;
  });
}

const asking: ReadonlySet<Task['type']> = new Set(['agent', 'router', 'planner']);

function asksModels(task: Task): boolean {
  return allTasks([task]).some((one) =>
    one.type === 'workflow' ? (one.called?.workflow.root.tasks ?? []).some(asksModels) : asking.has(one.type),
  );
}
