import type { TaskDraft } from '../model/draft.ts';
import type { Range } from '../model/model.ts';
import { type Node, pairOf, pairsOf, type ScalarNode, valueOf } from '../syntax/tree.ts';
import { textsAt } from '../model/read.ts';
import type { Facts, Report } from './rule.ts';

/** Words that a path inside a `parallel` needs for itself. */
const reserved = ['fallback', 'fusion'];

/** A `parallel` has branches, or agents that are all asked the same; each has a name of its own. */
export function branches(facts: Facts, report: Report): void {
  for (const task of facts.tasks) {
    if (task.read?.type !== 'parallel') continue;
    const { node } = task;
    oneKind(task, report);
    askedTheSame(node, report);
    const written = pairsOf(valueOf(node, 'branches')).map(({ key, keyNode }) => ({ name: key, range: keyNode.range }));
    const agents = textsAt(node, 'agents');
    for (const { name, range } of [...written, ...agents.map(named)]) {
      if (!reserved.includes(name)) continue;
      const message = `\`${name}\` already means something in the paths of a \`parallel\`. Choose another name.`;
      report({ code: 'reserved-name', severity: 'error', message, range });
    }
    agents.forEach(({ text, range }, place) => {
      if (agents.findIndex((other) => other.text === text) === place) return;
      const message = `\`${text}\` stands here already. To ask an agent twice, write out two \`branches\`.`;
      report({ code: 'duplicate-name', severity: 'error', message, range });
    });
  }
}

function named({ text, range }: ScalarNode): { readonly name: string; readonly range: Range } {
  return { name: text, range };
}

function oneKind({ id, node, nameRange }: TaskDraft, report: Report): void {
  const [written, asked] = [pairOf(node, 'branches'), pairOf(node, 'agents')];
  if (written && asked) {
    const message = '`branches` and `agents` exclude each other. Remove one of them.';
    report({ code: 'conflicting-keys', severity: 'error', message, range: asked.keyNode.range });
  } else if (!written && !asked) {
    const message = `\`${id}\` needs \`branches\` or \`agents\`.`;
    report({ code: 'missing-key', severity: 'error', message, range: nameRange });
  } else if (written?.value.kind === 'map' && written.value.pairs.length === 0) {
    const message = '`branches` is empty; it needs at least one branch.';
    report({ code: 'missing-value', severity: 'error', message, range: written.keyNode.range });
  }
}

/** What `with` is for. */
function askedTheSame(node: Node, report: Report): void {
  const [asked, input] = [pairOf(node, 'agents'), pairOf(node, 'with')];
  if (asked && !input) {
    const message = '`agents` need `with` and a `prompt`: what they are all asked.';
    report({ code: 'missing-key', severity: 'error', message, range: asked.keyNode.range });
  }
  if (asked || !input) return;
  const message = '`with` does nothing without `agents`: branches have a `with` of their own.';
  report({ code: 'no-effect', severity: 'warning', message, range: input.keyNode.range });
}
