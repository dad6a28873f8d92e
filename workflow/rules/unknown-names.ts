import { closest } from '../expressions/index.ts';
import type { Fix, NamedThing, NameUse } from '../model/model.ts';
import { type Facts, listed, replaceFix, type Report } from './rule.ts';

const words: { readonly [kind in NamedThing]?: string } = {
  agent: 'agent',
  tool: 'tool',
  toolset: 'toolset',
  task: 'task',
  'task-path': 'task',
  shared: 'shared value',
};

/** Names compared in search of the one that was meant, all unknown names of a file together: it is names times names. */
const maxCompared = 200_000;

/** Names of agents, tools, toolsets and tasks that are declared nowhere, or can not be seen from here. */
export function unknownNames(facts: Facts, report: Report): void {
  let compared = 0;
  for (const use of facts.context.uses) {
    if (use.known) continue;
    const candidates = compared < maxCompared ? use.candidates() : undefined;
    compared += candidates?.length ?? 0;
    unknownName(use, candidates, facts, report);
  }
}

/** @param candidates what could have been meant; undefined: that is not looked for any more */
function unknownName(use: NameUse, candidates: readonly string[] | undefined, facts: Facts, report: Report): void {
  const word = words[use.kind];
  if (word === undefined || (use.by === 'expression' && use.kind !== 'task')) return; // `expression-types` says more.
  if (use.kind === 'task' && elsewhere(use, facts)) return elsewhereTask(use, report);
  const meant = candidates && meantBy(use, candidates);
  const message = meant
    ? `There is no ${word} \`${use.name}\`: did you mean \`${meant}\`?`
    : `There is no ${word} \`${use.name}\`${candidates ? thereIs(candidates) : ''}.`;
  report({
    code: `unknown-${word.split(' ')[0]}`,
    severity: 'error',
    message,
    range: use.range,
    fixes: meant ? [renamed(use, meant)] : [],
  });
}

/** Quotes stay, and come where the name needs them: `a/draft[]`. */
function renamed({ range, letters }: NameUse, meant: string): Fix {
  const isQuoted = letters.start > range.start;
  const isPlain = isQuoted || /^[\w./-]+$/.test(meant);
  return replaceFix(isQuoted ? letters : range, isPlain ? meant : `"${meant}"`, `Change to ${meant}`);
}

function meantBy(use: NameUse, candidates: readonly string[]): string | undefined {
  return closest(use.name, candidates) ?? (use.kind === 'task-path' ? bodyPath(use.name, candidates) : undefined);
}

function thereIs(candidates: readonly string[]): string {
  if (candidates.length === 0) return ', for none is declared';
  return candidates.length <= 12 ? `. There ${candidates.length === 1 ? 'is' : 'are'} ${listed(candidates)}` : '';
}

/** In another scope, or as a branch, which nobody sees but the task that holds it. */
function elsewhere({ name }: NameUse, { scopes, tasks }: Facts): boolean {
  const isBranch = tasks.some(({ branches = [] }) => branches.some((branch) => branch.name === name));
  return isBranch || scopes.some((scope) => scope.byId.has(name));
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
