import { isReservedName } from '../expressions/index.ts';
import { levelsOf } from '../model/names.ts';
import type { ReadTask } from '../model/draft.ts';
import { valueOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

/** A name that is already visible may not be declared again: readers would have to guess which one is meant. */
export function duplicateName(facts: Facts, report: Report): void {
  duplicateTasks(facts, report);
  duplicateElements(facts, report);
}

function duplicateTasks(facts: Facts, report: Report): void {
  for (const scope of facts.scopes) {
    for (const task of scope.byId.values()) {
      const earlier = levelsOf(scope.outer).flatMap((level) => level.scope.byId.get(task.id) ?? [])[0];
      if (!earlier) continue;
      const related = [{ file: facts.document.file, range: earlier.nameRange, message: 'declared here first' }];
      const message = `A task \`${task.id}\` can already be seen from here. Give this one another name.`;
      report({ code: 'duplicate-name', severity: 'error', message, range: task.nameRange, related });
    }
  }
}

/** The element of a for_each inside another's body. */
function duplicateElements(facts: Facts, report: Report): void {
  for (const task of facts.tasks) {
    const { read } = task;
    const surroundings = facts.context.taskSurroundings.get(task);
    if (read?.type !== 'for_each' || !surroundings) continue;
    const visible = surroundings.names();
    const taken = elementNames(read).find((name) => name in visible && !isReservedName(name));
    if (taken === undefined) continue;
    const range = valueOf(task.node, 'as')?.range ?? task.nameRange;
    const message = `\`${taken}\` can already be seen from here. Choose another name with \`as\`.`;
    report({ code: 'duplicate-name', severity: 'error', message, range });
  }
}

function elementNames(read: Extract<ReadTask, { type: 'for_each' }>): readonly string[] {
  return [read.as, read.indexName];
}
