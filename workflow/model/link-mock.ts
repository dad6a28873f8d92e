// The names that mock entries hold beside those that must be known: the parts of paths, what the replies of routers,
// planners and those who lead teams choose among, and the tools and agents that calls name.
import { itemsOf, type Node, pairsOf, type ScalarNode, valueOf } from '../syntax/tree.ts';
import { locateTask, plainPath } from './called.ts';
import { delegatedTask } from './delegation.ts';
import type { ReadTask, TaskDraft } from './draft.ts';
import type { NamedThing, Place } from './model.ts';
import { isWrittenOut } from './plan.ts';
import { scalarAt, textsAt } from './read.ts';
import { lettersIn, type ReadingContext } from './reading-context.ts';

/** Something that a segment of a path names. */
interface Named {
  readonly kind: NamedThing;
  readonly name: string;
  readonly at: Place;
}

/** What the paths of a file lead through, by path: as it is, and without the brackets of tries. */
interface Paths {
  readonly named: ReadonlyMap<string, Named>;
  readonly tasks: ReadonlyMap<string, TaskDraft>;
  /** Those whose replies are choices among names. */
  readonly choosing: readonly TaskDraft[];
  readonly plain: (path: string) => string;
}

/** @param entries of `mock` */
export function linkMock(context: ReadingContext, entries: readonly Node[]): void {
  if (entries.length === 0) return;
  const paths = pathsOf(context);
  for (const entry of entries) {
    const path = scalarAt(entry, 'task');
    if (path) mentionPath(context, paths, path);
    mentionReply(context, entry, paths);
    for (const call of itemsOf(valueOf(entry, 'tool_calls'))) mentionCall(context, call);
  }
}

function pathsOf(context: ReadingContext): Paths {
  const tried = context.tasks.filter(isTried).map(({ path }) => path);
  const plain = (path: string): string => plainPath(tried, path);
  const named = context.tasks.flatMap((task) => namedIn(context, task));
  return {
    named: new Map(named.flatMap(([path, one]) => [[path, one] as const, [plain(path), one] as const])),
    tasks: new Map(context.tasks.flatMap((task) => [[task.path, task] as const, [plain(task.path), task] as const])),
    choosing: context.tasks.filter(({ read }) => read !== undefined && choosing.has(read.type)),
    plain,
  };
}

const choosing = new Set<ReadTask['type']>(['router', 'supervisor', 'planner', 'parallel']);

function isTried({ gate, isStage }: TaskDraft): boolean {
  return gate !== undefined || isStage;
}

function namedIn(context: ReadingContext, task: TaskDraft): readonly (readonly [string, Named])[] {
  const { id, path, scope, nameRange, branches = [], read } = task;
  const { file } = context;
  const inside = isTried(task) ? `${path}[]` : path;
  const agents = read?.type === 'supervisor' ? read.specialists : read?.type === 'parallel' ? read.agents : [];
  return [
    ...(scope ? [[path, { kind: 'task', name: id, at: { file, range: nameRange } }] as const] : []),
    ...branches.map(
      (branch) =>
        [
          `${inside}/${branch.name}`,
          { kind: 'branch', name: branch.name, at: { file, range: branch.nameRange } },
        ] as const,
    ),
    ...agents.flatMap((part) => {
      const at = context.placeOf('agent', part.agentName);
      return at ? [[withoutBrackets(part.path), { kind: 'agent', name: part.agentName, at }] as const] : [];
    }),
  ];
}

function mentionPath(context: ReadingContext, paths: Paths, path: ScalarNode): void {
  const steps = path.text.split('/');
  let start = 0;
  steps.forEach((step, index) => {
    const name = withoutBrackets(step);
    const found = namedAt(paths, steps.slice(0, index), step);
    const range = { start: path.toFileOffset(start), end: path.toFileOffset(start + name.length) };
    if (found?.name === name) context.mention(found.kind, name, range, 'mock', found.at);
    start += step.length + 1;
  });
}

/** What a step of a path means: a name of this file, an agent that another one reaches, or a task of a called file. */
function namedAt({ named, tasks }: Paths, before: readonly string[], step: string): Named | undefined {
  const own = named.get([...before, withoutBrackets(step)].join('/'));
  if (own) return own;
  for (let length = before.length; length > 0; length -= 1) {
    const read = tasks.get(before.slice(0, length).join('/'))?.read;
    if (read) return namedInside(read, before.slice(length), step);
  }
  return undefined;
}

function namedInside(read: ReadTask, before: readonly string[], step: string): Named | undefined {
  if (read.type === 'agent' || read.type === 'router') {
    const agent = delegatedTask(read, [...before, step].join('/'))?.agent;
    return agent && { kind: 'agent', name: agent.name, at: { file: agent.file, range: agent.nameRange } };
  }
  if (read.type !== 'workflow' || !read.called) return undefined;
  const path = [...before, withoutBrackets(step)].join('/');
  const { task, files = [] } = locateTask(read.called.workflow, path) ?? {};
  const file = files.at(-1)?.workflow.file;
  if (!task || file === undefined || !isWrittenOut(task)) return undefined;
  return { kind: 'task', name: task.name, at: { file, range: task.nameRange } };
}

/** Whoever may be asked where an entry answers chooses among names; those of its reply are such ones. */
function mentionReply(context: ReadingContext, entry: Node, { choosing: tasks, plain }: Paths): void {
  const reply = valueOf(entry, 'reply');
  if (reply?.kind !== 'map') return;
  const path = scalarAt(entry, 'task')?.text;
  const agent = scalarAt(entry, 'agent')?.text;
  const answers = (asked: { readonly path: string; readonly agentName: string }): boolean =>
    (path === undefined || path === asked.path || path === plain(asked.path)) &&
    (agent === undefined || agent === asked.agentName);
  for (const task of tasks) {
    const { read } = task;
    if (read?.type === 'router' && answers(read)) mentionRoutes(context, reply, task);
    if (read?.type === 'supervisor' && answers(read.plan)) {
      for (const subtask of itemsOf(valueOf(reply, 'subtasks'))) mentionScalar(context, subtask, 'specialist', 'agent');
    }
    if (read?.type === 'planner' && answers(read.planner)) {
      for (const planned of itemsOf(valueOf(reply, 'tasks'))) {
        mentionScalar(context, planned, 'agent', 'agent');
        mentionScalar(context, planned, 'tool', 'tool');
      }
    }
    const judge = read?.type === 'parallel' ? read.fusion.agent : undefined;
    if (read?.type === 'parallel' && read.fusion.strategy === 'best_of' && judge && answers(judge)) {
      mentionBest(context, reply, task);
    }
  }
}

/** The name of a route is that of its tasks, with `+` between them. */
function mentionRoutes(context: ReadingContext, reply: Node, { scope }: TaskDraft): void {
  for (const route of textsAt(reply, 'routes')) {
    let start = 0;
    for (const id of route.text.split('+')) {
      const task = scope?.byId.get(id);
      const range = { start: route.toFileOffset(start), end: route.toFileOffset(start + id.length) };
      if (task) context.mention('task', id, range, 'reply', { file: context.file, range: task.nameRange });
      start += id.length + 1;
    }
  }
}

function mentionBest(context: ReadingContext, reply: Node, { branches = [] }: TaskDraft): void {
  const best = scalarAt(reply, 'best');
  const scored = pairsOf(valueOf(reply, 'scores')).map(({ keyNode }) => keyNode);
  for (const name of best ? [best, ...scored] : scored) {
    const branch = branches.find((one) => one.name === name.text);
    const at = branch ? { file: context.file, range: branch.nameRange } : context.placeOf('agent', name.text);
    if (at) context.mention(branch ? 'branch' : 'agent', name.text, lettersIn(name), 'reply', at);
  }
}

const handover = 'handoff_to_';

/** A tool of the file; or an agent, which is a tool for those that may ask it or hand over to it. */
function mentionCall(context: ReadingContext, call: Node): void {
  const name = scalarAt(call, 'name');
  if (!name) return;
  const letters = lettersIn(name);
  const tool = context.placeOf('tool', name.text);
  const isHandover = name.text.startsWith(handover);
  const agentName = isHandover ? name.text.slice(handover.length) : name.text;
  const agent = context.placeOf('agent', agentName);
  const agentRange = isHandover ? { start: name.toFileOffset(handover.length), end: letters.end } : letters;
  if (tool) context.mention('tool', name.text, letters, 'mock', tool);
  else if (agent) context.mention('agent', agentName, agentRange, 'mock', agent);
  const input = valueOf(call, 'arguments');
  if (name.text === 'send_message') mentionScalar(context, input, 'to', 'agent');
  if (name.text === 'get_shared' || name.text === 'set_shared') mentionShared(context, input);
}

function mentionShared(context: ReadingContext, input: Node | undefined): void {
  const name = scalarAt(input, 'name');
  const [base = ''] = name?.text.split('.', 1) ?? [];
  const at = context.sharedNames.get(base)?.nameRange;
  if (!name || !at) return;
  const range = { start: name.toFileOffset(0), end: name.toFileOffset(base.length) };
  context.mention('shared', base, range, 'mock', { file: context.file, range: at });
}

function mentionScalar(context: ReadingContext, node: Node | undefined, key: string, kind: 'agent' | 'tool'): void {
  const name = scalarAt(node, key);
  const at = name && context.placeOf(kind, name.text);
  if (at) context.mention(kind, name.text, lettersIn(name), 'reply', at);
}

function withoutBrackets(text: string): string {
  return text.endsWith('[]') ? text.slice(0, -2) : text;
}
