import { textsAt } from '../model/read.ts';
import type { Facts, Report } from './rule.ts';

/** Environment variables that look like secrets would end up in prompts and records. */
export function envSecretName(facts: Facts, report: Report): void {
  for (const name of textsAt(facts.document.root, 'env')) {
    const word = /KEY|TOKEN|SECRET|PASSWORD/i.exec(name.text)?.[0];
    if (word === undefined) continue;
    const message = `\`${name.text}\` sounds like a secret (${word.toUpperCase()}), and what expressions read is recorded. Keys of models belong in \`api_key\` of \`.segue/config.yaml\`.`;
    report({ code: 'env-secret-name', severity: 'error', message, range: name.range });
  }
}
