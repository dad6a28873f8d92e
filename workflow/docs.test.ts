import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, workflowSchema, configSchema } from '../schemas/index.ts';
import { builtinTools, checkWorkflow, functionDocs } from './index.ts';

const docs = readFileSync(new URL('../docs/language.md', import.meta.url), 'utf8');
const names = readdirSync(new URL('../examples', import.meta.url));
const examples = names.map((name) => `examples/${name}/${name}.segue.yaml`);

describe('examples', () => {
  it.each(examples)('%s checks clean', (file) => {
    expect(checkWorkflow({ file, text: textOf(file) }).diagnostics).toEqual([]);
  });
});

describe('docs/language.md', () => {
  const files = [...docs.matchAll(/```yaml\n([\s\S]*?)```/g)]
    .map((match) => match[1] ?? '')
    .filter((text) => /^segue:/m.test(text));

  it('shows whole files that check clean', () => {
    expect(files.length).toBeGreaterThan(2);
    for (const text of files)
      expect(checkWorkflow({ file: 'docs/language.md', text }).diagnostics, text.slice(0, 200)).toEqual([]);
  });

  it('shows examples/research as it is', () => {
    expect(files).toContain(textOf('examples/research/research.segue.yaml'));
  });

  it('names every key, every word that a key may have, every tool and every function of its own', () => {
    const words = new Set<string>();
    for (const schema of [workflowSchema, configSchema]) collectWords(schema, words);
    for (const tool of builtinTools) words.add(tool.name);
    const missing = [...words].filter(
      (word) =>
        !docs.includes(`\`${word}\``) &&
        !docs.includes(`${word}: `) &&
        !docs.includes(`{${word}`) &&
        !docs.includes(`, ${word}}`),
    );
    expect(missing).toEqual([]);
    for (const name of ['join', 'split', 'sum', 'sort', 'orValue', 'filter']) expect(docs).toContain(`| \`${name}\` |`);
    expect(functionDocs().length).toBeGreaterThan(20);
  });
});

function collectWords(value: Json | undefined, words: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectWords(item, words);
  if (!isJsonObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'examples') continue;
    if (key === 'properties' && isJsonObject(inner)) for (const name of Object.keys(inner)) words.add(name);
    if (key === 'enum' && Array.isArray(inner))
      for (const word of inner) words.add(typeof word === 'string' ? word : JSON.stringify(word));
    collectWords(inner, words);
  }
}

function textOf(file: string): string {
  return readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
}
