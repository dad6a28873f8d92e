import type { Fix } from '../model/model.ts';
import { isHalfOfModel } from '../shape/older-words.ts';
import { type Node, type Pair, pairsOf, valueOf } from '../syntax/tree.ts';
import { removeFix } from './removal.ts';
import type { Facts, Report } from './rule.ts';

/** `llm_backend` beside `model`, as older files have it: here both stand in `model`. */
export function modelInTwo(facts: Facts, report: Report): void {
  for (const { node } of facts.context.agentDrafts) {
    const model = valueOf(node, 'model');
    for (const pair of model ? pairsOf(node) : []) {
      if (!isHalfOfModel(pair.key)) continue;
      const message = `\`${pair.key}\` stands in \`model\` here, before the model: \`provider/model\`.`;
      const fixes = joined(pair, model, node, facts);
      report({ code: 'unknown-key', severity: 'error', message, range: pair.keyNode.range, fixes });
    }
  }
}

function joined(pair: Pair, model: Node | undefined, agent: Node, { document }: Facts): readonly Fix[] {
  if (pair.value.kind !== 'scalar' || model?.kind !== 'scalar' || model.text.includes('/')) return [];
  const whole = `${pair.value.text}/${model.text}`;
  const removal = removeFix(document, '', [{ range: agent.range, value: agent }], pair);
  const edits = [{ range: model.range, newText: whole }, ...(removal?.edits ?? [])];
  return removal ? [{ title: `Change to model: ${whole}`, preferred: true, edits }] : [];
}
