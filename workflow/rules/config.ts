import { scanText, secretNamesIn } from '../expressions/index.ts';
import type { ProviderDraft } from '../model/config.ts';
import { replaceFix, type Report } from './rule.ts';

const ownProviders = ['openai', 'anthropic'];

/** Providers of the configuration: keys by name only, and an address for those that we do not know. */
export function checkProviders(providers: readonly ProviderDraft[], report: Report): void {
  for (const provider of providers) {
    checkKey(provider, report);
    checkAddress(provider, report);
  }
}

function checkKey({ config, apiKey }: ProviderDraft, report: Report): void {
  if (!apiKey || apiKey.text === 'none') return;
  const { whole, parts } = scanText(apiKey.text);
  if (whole && secretNamesIn(apiKey.text).length === 1) return;
  const name = `${config.name.replaceAll('-', '_').toUpperCase()}_API_KEY`;
  const fixes = [replaceFix(apiKey.range, `\${{ secrets.${name} }}`, `Use the secret ${name}`)];
  if (parts.some((part) => part.kind === 'expression')) {
    const message = '`api_key` is one secret and nothing else: `${{ secrets.NAME }}`, or `none`.';
    report({ code: 'secret-expression', severity: 'error', message, range: apiKey.range, fixes });
    return;
  }
  const message =
    'A key must not stand in a file. Keep it with *Set API Key…* or in the environment, and name it here: `${{ secrets.NAME }}`.';
  report({ code: 'secret-in-file', severity: 'error', message, range: apiKey.range, fixes });
}

function checkAddress({ config, nameRange, baseUrl }: ProviderDraft, report: Report): void {
  if (config.name === 'mock') {
    report({
      code: 'wrong-value',
      severity: 'error',
      message: '`mock` answers from the `mock` list of a workflow; it has no settings.',
      range: nameRange,
    });
    return;
  }
  if (!baseUrl && !ownProviders.includes(config.name)) {
    const message = `\`${config.name}\` needs a \`base_url\`: only ${ownProviders.map((name) => `\`${name}\``).join(' and ')} are known without one.`;
    report({ code: 'missing-key', severity: 'error', message, range: nameRange });
  }
  if (baseUrl && /^https?:\/\/[^/]*@/.test(baseUrl.text)) {
    const message = 'An address must not hold a user name or a password.';
    report({ code: 'secret-in-file', severity: 'error', message, range: baseUrl.range });
  }
}
