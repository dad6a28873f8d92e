// Whether extracted tasks can be one task: when they run, who waits for them, and who chooses among them.
import { type Node, pairsOf, type Task, valueOf } from '../../../workflow/index.ts';
import type { Extraction } from './extraction.ts';
import { textAt } from './task-sites.ts';

/** @returns why the tasks can not become one, as sentences; the names of tasks outside that the call must wait for */
export function orderOf(extraction: Extraction): {
  readonly needs: readonly string[];
  readonly problems: readonly string[];
} {
  const { going, staying } = extraction.models();
  const ids = new Set(going.map(({ name }) => name));
  const outside = going.flatMap(({ needs }) => needs.filter((id) => !ids.has(id)));
  const problems = [
    ...whatTheyAre(extraction),
    ...choosing(extraction, going, staying),
    ...(extraction.isOneTask ? [] : waiting(going, staying, outside)),
    ...lastOutput(extraction, ids),
  ];
  return { needs: [...new Set(outside)], problems };
}

function whatTheyAre({ tasks, scope }: Extraction): readonly string[] {
  const ends = tasks.some(({ pair }) => holds(pair.value, (node) => textAt(node, 'type') === 'terminate'));
  const cancels = tasks.some(({ pair }) => holds(pair.value, (node) => textAt(node, 'on_error') === 'fail_run'));
  const isAlias = tasks.some(({ pair }) => pair.value.range.start < pair.keyNode.range.end);
  return [
    ...(ends ? ['A `terminate` in a file that is called ends the call, not the run.'] : []),
    ...(cancels ? ['`on_error: fail_run` in a file that is called ends the call, not the run.'] : []),
    ...(isAlias ? ['A task is an alias: its text stands elsewhere.'] : []),
    ...(scope.tasks.range.end === 0 ? ['There is nothing to extract.'] : []),
  ];
}

/** A condition or a router chooses among tasks of its own scope. */
function choosing({ isOneTask }: Extraction, going: readonly Task[], staying: readonly Task[]): readonly string[] {
  const [goes, stays] = [namesOf(going), namesOf(staying)];
  const chosenOutside = staying.some(({ choosers }) => choosers.some((id) => goes.has(id)));
  const chosenFromOutside = !isOneTask && going.some(({ choosers }) => choosers.some((id) => stays.has(id)));
  return [
    ...(chosenOutside ? ['They choose tasks that stay here: extract these with them.'] : []),
    ...(chosenFromOutside ? ['A task that stays here chooses among them: extract it with them, or each alone.'] : []),
  ];
}

function waiting(going: readonly Task[], staying: readonly Task[], outside: readonly string[]): readonly string[] {
  const ids = namesOf(going);
  const later = new Set<string>();
  // Each round finds those that wait for what was found before.
  for (let before = -1; before !== later.size; ) {
    before = later.size;
    const waits = (id: string): boolean => ids.has(id) || later.has(id);
    for (const task of staying) if ([...task.needs, ...task.choosers].some(waits)) later.add(task.name);
  }
  const between = outside.find((id) => later.has(id));
  const skipped = staying.find(({ name, canBeSkipped }) => canBeSkipped && outside.includes(name));
  const patient = going.find(
    ({ triggerRule, needs }) => triggerRule !== 'all_success' && needs.some((id) => !ids.has(id)),
  );
  return [
    ...(between === undefined ? [] : [`\`${between}\` runs between them: extract it with them.`]),
    ...(skipped ? [`\`${skipped.name}\` can be skipped, and then all of them would be.`] : []),
    ...(patient ? [`\`${patient.name}\` has a \`trigger_rule\` for tasks that stay here.`] : []),
  ];
}

/** A body without `output` gives what its last task gives. */
function lastOutput({ scope }: Extraction, ids: ReadonlySet<string>): readonly string[] {
  const last = scope.tasks.pairs.at(-1)?.key ?? '';
  const hasOutput = !scope.body || valueOf(scope.body, 'output') !== undefined;
  return hasOutput || !ids.has(last) ? [] : [`The body gives what \`${last}\` gives: write its \`output\` out before.`];
}

function namesOf(tasks: readonly Task[]): ReadonlySet<string> {
  return new Set(tasks.map(({ name }) => name));
}

function holds(node: Node, test: (node: Node) => boolean): boolean {
  if (node.kind === 'map' && test(node)) return true;
  const inner = node.kind === 'list' ? node.items : pairsOf(node).map(({ value }) => value);
  return inner.some((child) => holds(child, test));
}
