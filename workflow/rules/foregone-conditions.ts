import { checkExpression, foregone } from '../expressions/index.ts';
import type { TaskDraft } from '../model/draft.ts';
import type { Condition, Fix, Range } from '../model/model.ts';
import { itemsOf, type Node, type Pair, pairOf } from '../syntax/tree.ts';
import { type Holder, removeFix } from './removal.ts';
import type { Facts, Report } from './rule.ts';

/** A condition where it is written, and what it means that it always comes to the same. */
interface Asked {
  readonly condition: Condition | undefined;
  readonly pair: Pair | undefined;
  readonly holder: Node | undefined;
  /** The end of the sentence "This is never true: …"; undefined: that is meant. */
  readonly never?: string | undefined;
  /** The end of the sentence "This is always true: …"; undefined: that is meant. */
  readonly always?: string | undefined;
  /** True where a condition that is always true could as well be left out. */
  readonly canGo?: boolean;
}

/** Conditions that come to the same in every run, by their types and constants. Loops have a rule of their own. */
export function foregoneConditions(facts: Facts, report: Report): void {
  for (const task of facts.tasks) {
    for (const asked of askedBy(task)) check(asked, facts, report);
  }
}

function askedBy(task: TaskDraft): readonly Asked[] {
  const { read, node, gate, body, onError } = task;
  const fallback = onError.kind === 'fallback' ? [onError.body] : [];
  const branches = (task.branches ?? []).map((branch) => branch.body);
  const bodies = [...(body ? [body] : []), ...fallback, ...branches];
  return [
    whenOf(read?.when, node, `\`${task.id}\` never runs`),
    ...bodies.flatMap((each) => (each.kind === 'graph' ? [whenOf(each.when, each.node, 'the body never runs')] : [])),
    ...(gate ? [gateOf(gate.when, pairOf(node, 'gate')?.value)] : []),
    ...casesOf(task),
    ...(read?.type === 'reflect' ? [untilOf(read.until, node)] : []),
  ];
}

function whenOf(condition: Condition | undefined, holder: Node, never: string): Asked {
  return { condition, holder, pair: pairOf(holder, 'when'), never, always: 'it can be left out', canGo: true };
}

function gateOf(condition: Condition | undefined, holder: Node | undefined): Asked {
  const never = 'the gate is always missed';
  return { condition, holder, pair: pairOf(holder, 'when'), never, always: 'the gate is never missed' };
}

function untilOf(condition: Condition | undefined, holder: Node): Asked {
  const [never, always] = ['it can be left out', 'no second version is written'];
  return { condition, holder, pair: pairOf(holder, 'until'), never, always };
}

/** The last case may be `true` like an `else`. */
function casesOf({ read, node }: TaskDraft): readonly Asked[] {
  if (read?.type !== 'condition') return [];
  return itemsOf(pairOf(node, 'cases')?.value).map((holder, place) => {
    const condition = read.cases[place]?.when;
    return { condition, holder, pair: pairOf(holder, 'when'), never: 'this case is never chosen' };
  });
}

function check({ condition, pair, holder, never, always, canGo = false }: Asked, facts: Facts, report: Report): void {
  if (!condition || !pair || !holder || isAlreadyWrong(condition)) return;
  const value = foregone(condition);
  const meaning = value ? always : never;
  if (value === undefined || meaning === undefined) return;
  const isWritten = condition.kind === 'constant';
  report({
    code: value ? 'always-true' : 'never-true',
    // What is written out is meant; what follows from types is a surprise.
    severity: value || isWritten ? 'hint' : 'warning',
    message: `This is ${value ? 'always' : 'never'} true: ${meaning}.`,
    range: rangeOf(condition, pair),
    fixes: value && canGo ? removal(facts, { range: holder.range, value: holder }, pair) : [],
    ...(value && canGo ? { tags: ['unnecessary' as const] } : {}),
  });
}

function removal({ document }: Facts, holder: Holder, pair: Pair): readonly Fix[] {
  const fix = removeFix(document, `Remove ${pair.key}`, [holder], pair);
  return fix ? [fix] : [];
}

function rangeOf(condition: Condition, pair: Pair): Range {
  return condition.kind === 'expression' ? condition.expression.place.range : pair.value.range;
}

/** What is wrong, or compared with what it never is, is said already. */
function isAlreadyWrong(condition: Condition): boolean {
  if (condition.kind === 'constant') return false;
  const { findings } = checkExpression(condition.expression);
  return findings.some(({ code, severity }) => severity === 'error' || code === 'never-equal');
}
