import { kindOfSchema } from '../expressions/index.ts';
import type { TaskDraft } from '../model/draft.ts';
import { type BranchType, givesBest } from '../model/fusion-types.ts';
import type { Fusion } from '../model/model.ts';
import { type Node, pairOf, valueOf } from '../syntax/tree.ts';
import { type Facts, listed, type Report } from './rule.ts';

/** Which strategies know which keys. */
const known: { readonly [key: string]: readonly Fusion['strategy'][] } = {
  agent: ['best_of', 'synthesize'],
  criteria: ['best_of', 'synthesize'],
  separator: ['concat'],
  ties: ['vote'],
};

/** A fusion must be able to make one output of what its branches give. */
export function fusions(facts: Facts, report: Report): void {
  for (const task of facts.tasks) {
    const fusion = valueOf(task.node, 'fusion');
    if (task.read?.type !== 'parallel' || fusion?.kind !== 'map') continue;
    const types = facts.resolution.branchTypes(task);
    keysThatCount(fusion, task.read.fusion, report);
    whoFuses(fusion, task.read.fusion, report);
    quorumWithin(fusion, task.read.fusion, types.length, report);
    typesThatFit(task, fusion, task.read.fusion, types, report);
  }
}

function keysThatCount(node: Node, { strategy }: Fusion, report: Report): void {
  for (const [key, strategies] of Object.entries(known)) {
    const pair = pairOf(node, key);
    if (!pair || strategies.includes(strategy)) continue;
    const message = `\`${key}\` does nothing with \`${strategy}\`: it is for ${listed(strategies)}.`;
    report({ code: 'no-effect', severity: 'warning', message, range: pair.keyNode.range });
  }
}

function whoFuses(node: Node, { strategy, agent }: Fusion, report: Report): void {
  const word = valueOf(node, 'strategy');
  if (word && known['agent']?.includes(strategy) && !pairOf(node, 'agent')) {
    const message = `\`${strategy}\` needs an \`agent\` that does it.`;
    report({ code: 'missing-key', severity: 'error', message, range: word.range });
  }
  const name = valueOf(node, 'agent');
  const schema = agent?.agent?.outputSchema;
  if (strategy !== 'best_of' || !name || !schema || givesBest(schema)) return;
  const message = `\`${agent.agentName}\` can not choose: its \`output_schema\` has no required text \`best\`, the name of a branch.`;
  report({ code: 'judge-without-best', severity: 'error', message, range: name.range });
}

function quorumWithin(node: Node, { quorum }: Fusion, count: number, report: Report): void {
  const value = valueOf(node, 'quorum');
  if (!value || quorum === undefined || count === 0 || quorum <= count) return;
  const branches = count === 1 ? 'is only one branch' : `are only ${count} branches`;
  const message = `There ${branches}: ${quorum} can never complete.`;
  report({ code: 'quorum-too-large', severity: 'error', message, range: value.range });
}

function typesThatFit(
  { id }: TaskDraft,
  node: Node,
  { strategy }: Fusion,
  types: readonly BranchType[],
  report: Report,
): void {
  const word = valueOf(node, 'strategy');
  if (!word) return;
  const kinds = types.map(({ schema }) => kindOfSchema(schema));
  const misfit = types.find((_, place) => kinds[place] === 'plain' || kinds[place] === 'list');
  if (strategy === 'merge' && misfit) {
    const message = `\`merge\` needs objects, and the branch \`${misfit.name}\` of \`${id}\` gives none.`;
    report({ code: 'fusion-mismatch', severity: 'error', message, range: word.range });
  }
  if (strategy === 'concat' && kinds.includes('list') && kinds.some((kind) => kind === 'plain' || kind === 'object')) {
    const message = 'Some of these branches give lists and some do not: the lists are put into the text as JSON.';
    report({ code: 'fusion-mismatch', severity: 'warning', message, range: word.range });
  }
  const distinct = new Set(kinds.filter((kind) => kind !== 'unknown'));
  if (strategy === 'vote' && distinct.size > 1) {
    const message = 'These branches give values of different kinds, which never agree.';
    report({ code: 'fusion-mismatch', severity: 'warning', message, range: word.range });
  }
}
