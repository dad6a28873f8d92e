import { referencesOf } from '../expressions/index.ts';
import type { Surroundings, TaskDraft } from '../model/draft.ts';
import { rangeIn } from '../model/link.ts';
import type { Range } from '../model/model.ts';
import { ScopeOrder } from '../model/scope-order.ts';
import { pairOf, pairsOf, valueOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

/** A place where a task reads or writes a shared value. */
interface Access {
  readonly task: TaskDraft;
  /** The entry of a map, if it is only that. */
  readonly entry?: string;
  readonly range: Range;
  readonly writes: boolean;
  /** What is written depends on what was there: a `set` reads and writes at once, so nothing of it gets lost. */
  readonly builds?: boolean;
}

/** Accesses of one value that are compared with each other. */
const maxAccesses = 200;

/** A shared value that one task writes and another reads or writes, while neither waits for the other. */
export function unorderedShared(facts: Facts, report: Report): void {
  if (facts.workflow.shared.length === 0) return;
  const order = new ScopeOrder(facts.tasks, facts.resolution);
  for (const [name, accesses] of accessesOf(facts)) {
    const writers = accesses.filter(({ writes }) => writes).slice(0, maxAccesses);
    const writing = new Set(writers.map(({ task }) => task));
    for (const access of accesses.slice(0, maxAccesses)) {
      // A task that writes the value is told of once, there.
      if (!access.writes && writing.has(access.task)) continue;
      const other = writers.find((writer) => clashOf(access, writer, order));
      if (other) tell(name, access, other, clashOf(access, other, order), facts, report);
    }
  }
}

type Clash = ReturnType<ScopeOrder['clashOf']>;

/** Of two writers the later one in the file is told of. */
function clashOf(access: Access, writer: Access, order: ScopeOrder): Clash {
  if (access === writer) return access.builds ? undefined : order.clashOf(access.task, access.task);
  const areOtherEntries = access.entry !== undefined && writer.entry !== undefined && access.entry !== writer.entry;
  const isEarlier = access.writes && access.range.start < writer.range.start;
  return areOtherEntries || isEarlier ? undefined : order.clashOf(access.task, writer.task);
}

function tell(name: string, access: Access, other: Access, clash: Clash, { document }: Facts, report: Report): void {
  const chance = `what is ${access.writes ? 'left of it' : 'read here'} is a matter of chance`;
  const message =
    clash === 'elements'
      ? `Elements of a list that are worked on side by side write \`${name}\`: ${chance}. \`max_parallel: 1\` puts them in order.`
      : `\`${other.task.id}\` writes \`${name}\`${access.writes ? ' too' : ''}, and neither task waits for the other: ${chance}. Name one of them in the \`needs\` of the other.`;
  const related = access === other ? [] : [{ file: document.file, range: other.range, message: 'written here' }];
  report({ code: 'unordered-shared', severity: 'warning', message, range: access.range, related });
}

function accessesOf(facts: Facts): ReadonlyMap<string, readonly Access[]> {
  const found = new Map<string, Access[]>();
  const add = (name: string, access: Access): void => {
    const known = found.get(name);
    if (known) known.push(access);
    else found.set(name, [access]);
  };
  for (const task of facts.tasks) {
    addWrites(task, add);
    addTool(task, add);
  }
  addReads(facts, add);
  return found;
}

type Add = (name: string, access: Access) => void;

function addWrites(task: TaskDraft, add: Add): void {
  if (task.read?.type !== 'set') return;
  for (const { key, keyNode, value } of pairsOf(valueOf(task.node, 'shared'))) {
    const builds = value.kind === 'scalar' && new RegExp(`\\bshared\\.${key}\\b`).test(value.text);
    add(key, { task, range: keyNode.range, writes: true, builds });
  }
}

/** The tools for shared values; with a version, or where they wait, they mind the order themselves. */
function addTool(task: TaskDraft, add: Add): void {
  const { read, node } = task;
  if (read?.type !== 'tool' || (read.tool !== 'get_shared' && read.tool !== 'set_shared')) return;
  const given = valueOf(node, 'with');
  const name = valueOf(given, 'name');
  const minds = ['wait', 'newer_than', 'if_version', 'expected'].some((key) => pairOf(given, key));
  if (name?.kind !== 'scalar' || name.text.includes('${{') || minds) return;
  const [base = '', entry] = name.text.split('.');
  const writes = read.tool === 'set_shared';
  add(base, { task, range: name.range, writes, ...(entry === undefined ? {} : { entry }) });
}

function addReads({ expressions, tasks, context }: Facts, add: Add): void {
  const places = new Map<Surroundings, TaskDraft>();
  for (const task of tasks) {
    const place = context.taskSurroundings.get(task);
    if (place) places.set(place, task);
  }
  for (const use of expressions) {
    if (!use.expression.source.includes('shared')) continue;
    const task = taskAround(use.surroundings, places);
    for (const { segments } of referencesOf(use.expression.source)) {
      const [root, field] = segments;
      if (task && root?.name === 'shared' && field)
        add(field.name, { task, range: rangeIn(use, field), writes: false });
    }
  }
}

function taskAround(place: Surroundings, places: ReadonlyMap<Surroundings, TaskDraft>): TaskDraft | undefined {
  for (let at: Surroundings | undefined = place; at; at = at.outer) {
    const task = places.get(at);
    if (task) return task;
  }
  return undefined;
}
