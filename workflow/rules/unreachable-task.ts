import type { TaskDraft } from '../model/draft.ts';
import { type Blocked, neverBegin } from '../model/reach.ts';
import type { Facts, Report } from './rule.ts';

/** Tasks that no run ever comes to: what they need never completes, nothing chooses them, or the run has ended before. */
export function unreachableTask({ scopes, resolution, document }: Facts, report: Report): void {
  for (const scope of scopes) {
    for (const [task, blocked] of neverBegin(scope, resolution)) {
      report({
        code: 'unreachable-task',
        severity: blocked.meant ? 'hint' : 'warning',
        message: `\`${task.id}\` never runs: ${because(task, blocked)}.`,
        range: task.nameRange,
        related: [{ file: document.file, range: blocked.on.nameRange, message: 'this is in the way' }],
        tags: ['unnecessary'],
      });
    }
  }
}

function because({ read }: TaskDraft, { by, on }: Blocked): string {
  if (by === 'terminate') return `\`${on.id}\` ends the run before it`;
  if (by === 'chooser') return `\`${on.id}\` never chooses it`;
  const rule = read?.triggerRule ?? 'all_success';
  return rule === 'all_success'
    ? `it needs \`${on.id}\`, which never completes`
    : `\`trigger_rule: ${rule}\` never holds, for \`${on.id}\` never completes`;
}
