import type { ReadTask } from '../model/draft.ts';
import { type Node, pairOf } from '../syntax/tree.ts';
import { textsAt } from '../model/read.ts';
import type { Facts, Report } from './rule.ts';

/** Parts of a team are named like its specialists; these names are taken. */
const taken = ['plan', 'synthesis', 'fallback'];

/** A team has each specialist once, under a name that is free, and somebody who can be given work. */
export function supervisors(facts: Facts, report: Report): void {
  for (const { node, read } of facts.tasks) {
    if (read?.type !== 'supervisor') continue;
    eachOnce(node, read, report);
    someoneAble(node, read, report);
  }
}

type Supervisor = Extract<ReadTask, { type: 'supervisor' }>;

function eachOnce(node: Node, { synthesis }: Supervisor, report: Report): void {
  const before = new Set<string>();
  for (const { text, range } of textsAt(node, 'specialists')) {
    if (taken.includes(text)) {
      const message = `A specialist can not be called \`${text}\`: in a team that already means something.`;
      report({ code: 'reserved-name', severity: 'error', message, range });
    }
    if (before.has(text)) {
      const message = `\`${text}\` is listed before: this does nothing.`;
      report({ code: 'no-effect', severity: 'warning', message, range, tags: ['unnecessary'] });
    } else if (text === synthesis.agentName) {
      const message = `\`${text}\` leads the team and is one of its specialists: it may give work to itself.`;
      report({ code: 'own-specialist', severity: 'warning', message, range });
    }
    before.add(text);
  }
}

/** Who is chosen by capability must have one. */
function someoneAble(node: Node, { assign, specialists }: Supervisor, report: Report): void {
  if (assign !== 'capability') return;
  const unable = specialists.filter(({ agent }) => agent?.capabilities.length === 0);
  const list = pairOf(node, 'specialists');
  if (unable.length > 0 && unable.length === specialists.length && list) {
    const message = 'No specialist has `capabilities`, and `assign: capability` chooses by these.';
    report({ code: 'no-capability', severity: 'error', message, range: list.keyNode.range });
    return;
  }
  for (const { agentName, range } of unable) {
    const message = `\`${agentName}\` has no \`capabilities\`: \`assign: capability\` never chooses it.`;
    report({ code: 'no-capability', severity: 'warning', message, range });
  }
}
