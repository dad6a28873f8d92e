import { foregone } from '../expressions/index.ts';
import type { TaskDraft } from '../model/draft.ts';
import type { Condition } from '../model/model.ts';
import { itemsOf, pairOf } from '../syntax/tree.ts';
import { type Holder, removeFix } from './removal.ts';
import type { Facts, Report } from './rule.ts';

/** Cases, and an `else`, that are never come to: an earlier case is always true, or asks the same. */
export function unreachableCase(facts: Facts, report: Report): void {
  for (const task of facts.tasks) if (task.read?.type === 'condition') checkCases(task, task.read.cases, facts, report);
}

function checkCases(
  { node }: TaskDraft,
  cases: readonly { readonly when: Condition }[],
  facts: Facts,
  report: Report,
): void {
  const pair = pairOf(node, 'cases');
  const items = itemsOf(pair?.value);
  const asked = new Set<string>();
  let always = false;
  items.forEach((item, place) => {
    const condition = cases[place]?.when;
    if (!condition || !pair) return;
    const question = condition.kind === 'expression' ? condition.expression.source.trim() : undefined;
    const why = always
      ? alwaysBefore
      : question !== undefined && asked.has(question)
        ? 'a case before it asks the same'
        : undefined;
    if (why !== undefined)
      tell(`This case is never come to: ${why}.`, 'Remove the case', item, [holderOf(node), pair], facts, report);
    always ||= foregone(condition) === true;
    if (question !== undefined) asked.add(question);
  });
  const otherwise = pairOf(node, 'else');
  if (always && otherwise)
    tell(`\`else\` is never come to: ${alwaysBefore}.`, 'Remove else', otherwise, [holderOf(node)], facts, report);
}

const alwaysBefore = 'a case before it is always true';

function holderOf(node: Holder['value']): Holder {
  return { range: node.range, value: node };
}

function tell(
  message: string,
  title: string,
  part: Pick<Holder, 'range'>,
  holders: readonly Holder[],
  { document }: Facts,
  report: Report,
): void {
  const fix = removeFix(document, title, holders, part);
  const { range } = part;
  const fixes = fix ? [fix] : [];
  report({ code: 'unreachable-case', severity: 'warning', message, range, fixes, tags: ['unnecessary'] });
}
