import { type Node, pairOf, valueOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';
import type { Range } from '../model/model.ts';

/** Keys of which a task needs exactly one, or at least one. */
export function exactlyOne(facts: Facts, report: Report): void {
  for (const { node, read, nameRange } of facts.tasks) {
    const input = pairOf(node, 'with');
    if ((read?.type === 'agent' || read?.type === 'reflect') && input?.value.kind === 'map') {
      oneOf(input.value, ['prompt', 'messages'], 'with', input.keyNode.range, report);
    }
    if (read?.type === 'human') oneOf(node, ['options', 'form'], read.name, nameRange, report);
    if (read?.type === 'loop') oneOf(node, ['while', 'until'], read.name, nameRange, report);
    if (read?.type === 'wait') oneOf(node, ['duration', 'until'], read.name, nameRange, report);
    if (read?.type === 'set' && !valueOf(node, 'values') && !valueOf(node, 'shared')) {
      report(missing(['values', 'shared'], read.name, nameRange));
    }
  }
}

function oneOf(node: Node, keys: readonly [string, string], name: string, around: Range, report: Report): void {
  const written = keys.flatMap((key) => pairOf(node, key) ?? []);
  if (written.length === 0) report(missing(keys, name, around));
  const [, second] = written;
  if (!second) return;
  const message = `\`${keys[0]}\` and \`${keys[1]}\` exclude each other. Remove one of them.`;
  report({ code: 'conflicting-keys', severity: 'error', message, range: second.keyNode.range });
}

function missing(keys: readonly string[], name: string, range: Range) {
  const message = `\`${name}\` needs ${keys.map((key) => `\`${key}\``).join(' or ')}.`;
  return { code: 'missing-key', severity: 'error' as const, message, range };
}
