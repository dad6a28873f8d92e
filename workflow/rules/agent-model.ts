import { closest } from '../expressions/index.ts';
import { lineOf } from '../model/agents.ts';
import { olderWords } from '../shape/older-words.ts';
import { type Node, pairsOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

/** Every agent needs a model, its own or one that it takes over. */
export function agentModel(facts: Facts, report: Report): void {
  for (const draft of facts.context.agentDrafts) {
    const line = lineOf(draft);
    // A line that breaks off or goes round is reported as that.
    const isWhole = line.at(-1)?.base === undefined;
    if (!isWhole || line.some(({ own }) => own.model) || isMeant(draft.node)) continue;
    const message = `\`${draft.name}\` has no \`model\`, which it needs.`;
    report({ code: 'missing-key', severity: 'error', message, range: draft.nameRange });
  }
}

/** Another word for it stands there, and is reported; or the agent is no map at all. */
function isMeant(node: Node): boolean {
  const isWord = (key: string) => olderWords[key] === 'model' || closest(key, ['model']) !== undefined;
  return node.kind !== 'map' || pairsOf(node).some(({ key }) => isWord(key));
}
