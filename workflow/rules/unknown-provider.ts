import { closest } from '../expressions/index.ts';
import { type Facts, listed, replaceFix, type Report } from './rule.ts';

const ownProviders = ['openai', 'anthropic', 'mock'];

/** The part of a model before the `/` names a provider: one of ours, or one of the configuration. */
export function unknownProvider(facts: Facts, report: Report): void {
  const known = [...ownProviders, ...facts.providers.map((provider) => provider.config.name)];
  const models = facts.context.agentDrafts.flatMap(({ own }) => [
    ...(own.model ? [own.model] : []),
    ...(own.fallback ?? []),
  ]);
  for (const { model, range } of models) {
    const slash = model.indexOf('/');
    const name = model.slice(0, slash);
    if (slash <= 0 || known.includes(name)) continue;
    const meant = closest(name, known);
    const message = meant
      ? `There is no provider \`${name}\`: did you mean \`${meant}\`?`
      : `There is no provider \`${name}\`. Known are ${listed(known)}; others are declared under \`providers\` in \`.segue/config.yaml\`.`;
    const fixes = meant ? [replaceFix(range, `${meant}${model.slice(slash)}`)] : [];
    report({ code: 'unknown-provider', severity: 'error', message, range, fixes });
  }
}
