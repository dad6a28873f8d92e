import { closest } from '../expressions/index.ts';
import type { NamedThing, NameUse } from '../model/model.ts';
import { type Facts, listed, replaceFix, type Report } from './rule.ts';

const words: { readonly [kind in NamedThing]?: string } = {
  agent: 'agent',
  tool: 'tool',
  toolset: 'toolset',
  task: 'task',
  'task-path': 'task',
  shared: 'shared value',
};

/** Names of agents, tools, toolsets and tasks that are declared nowhere, or can not be seen from here. */
export function unknownNames(facts: Facts, report: Report): void {
  for (const use of facts.context.uses) if (!use.known) unknownName(use, facts, report);
}

function unknownName(use: NameUse, facts: Facts, report: Report): void {
  const word = words[use.kind];
  if (word === undefined || (use.by === 'expression' && use.kind !== 'task')) return; // `expression-types` says more.
  const candidates = use.candidates();
  if (use.kind === 'task' && elsewhere(use, facts)) return elsewhereTask(use, report);
  const meant =
    closest(use.name, candidates) ?? (use.kind === 'task-path' ? bodyPath(use.name, candidates) : undefined);
  const message = meant
    ? `There is no ${word} \`${use.name}\`: did you mean \`${meant}\`?`
    : `There is no ${word} \`${use.name}\`${candidates.length === 0 ? ', for none is declared' : candidates.length <= 12 ? `. There ${candidates.length === 1 ? 'is' : 'are'} ${listed(candidates)}` : ''}.`;
  report({
    code: `unknown-${word.split(' ')[0]}`,
    severity: 'error',
    message,
    range: use.range,
    fixes: meant ? [replaceFix(use.range, meant)] : [],
  });
}

function elsewhere(use: NameUse, facts: Facts): boolean {
  return facts.scopes.some((scope) => scope.byId.has(use.name));
}

function elsewhereTask(use: NameUse, report: Report): void {
  if (use.by === 'expression') {
    const message = `The task \`${use.name}\` can not be seen from here: what is inside a body is visible only there. Read the output of the task that holds it.`;
    report({ code: 'task-not-visible', severity: 'error', message, range: use.range });
    return;
  }
  const message = `\`${use.by}\` names tasks of its own scope, and \`${use.name}\` is in another. Inside a body everything outside has already ended or is named by an expression.`;
  report({ code: 'other-scope', severity: 'error', message, range: use.range });
}

/** `paragraphs` makes no calls itself; `paragraphs[]`, its body, does. */
function bodyPath(name: string, paths: readonly string[]): string | undefined {
  return paths.find((path) => path === `${name}[]`);
}
