import type { ScopeDraft, TaskDraft } from '../model/draft.ts';
import type { Agent } from '../model/model.ts';
import { holdersOf, removeFix } from './removal.ts';
import type { Facts, Report } from './rule.ts';

/** Tasks that change nothing, in a file or a body that says what it gives, and of which nobody reads what they give. */
export function unusedTask(facts: Facts, report: Report): void {
  const { context, document } = facts;
  const named = new Set(context.uses.flatMap(({ kind, declared }) => (kind === 'task' && declared?.start) || []));
  const harmless = harmlessTools(facts);
  for (const scope of facts.scopes) {
    for (const task of candidatesIn(scope, facts)) {
      if (named.has(task.nameRange.start) || !changesNothing(task, harmless)) continue;
      const holders = scope === facts.scope ? holdersOf(document.root, ['tasks']) : [];
      const written = holders[0]?.value.kind === 'map' ? holders[0].value.pairs : [];
      const pair = written.find(({ keyNode }) => keyNode.range.start === task.nameRange.start);
      const fix = pair && removeFix(document, `Remove the task ${task.id}`, holders, pair);
      const message = `Nothing uses what \`${task.id}\` gives, and it does nothing else.`;
      const fixes = fix ? [fix] : [];
      report({ code: 'unused-task', severity: 'hint', message, range: task.nameRange, fixes, tags: ['unnecessary'] });
    }
  }
}

/** Where nothing says what comes out, everybody reads what they like; the last task of a body is its output. */
function candidatesIn(scope: ScopeDraft, { scope: whole, workflow }: Facts): readonly TaskDraft[] {
  if (scope.tasks.some(({ isStage }) => isStage)) return [];
  if (scope === whole) return workflow.outputs.length > 0 ? scope.tasks : [];
  return scope.output ? scope.tasks : scope.tasks.slice(0, -1);
}

function changesNothing({ read, gate, onError }: TaskDraft, harmless: ReadonlySet<string>): boolean {
  if (gate || read?.critical || onError.kind === 'fail_run') return false;
  if (read?.type === 'set') return read.shared.length === 0;
  if (read?.type === 'tool') return harmless.has(read.tool);
  return read?.type === 'agent' && read.agent !== undefined && isHarmless(read.agent, harmless);
}

/** Nobody else notices that such an agent has worked: not even its later tasks. */
function isHarmless({ tools, subAgents, handoffs, memory }: Agent, harmless: ReadonlySet<string>): boolean {
  return subAgents.length === 0 && handoffs.length === 0 && !memory && tools.every((tool) => harmless.has(tool));
}

function harmlessTools({ tools }: Facts): ReadonlySet<string> {
  return new Set(tools.flatMap(({ name, effect, answeredBy }) => (effect === 'none' && !answeredBy ? [name] : [])));
}
