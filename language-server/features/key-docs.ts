// What hover and completion say about a key: the words of the schema.
import type { Json, KeyInfo } from '../../workflow/index.ts';

const kinds: { readonly [kind: string]: string } = {
  agent: 'the name of an agent',
  tool: 'the name of a tool',
  toolset: 'the name of a toolset',
  task: 'the id of a task',
  'task-path': 'the path of a task',
  model: 'a model, `provider/model`',
  expression: 'an expression, without `${{ }}`',
  template: 'may hold `${{ }}`',
  duration: 'a duration: `500ms`, `30s`, `2m`, `1h`',
  'json-schema': 'a JSON Schema',
};

/** @returns Markdown: what the key is for, its type, and examples */
export function keyDocs(info: KeyInfo): string {
  const type = [info.types.join(' | '), kinds[info.kind ?? ''], info.required ? '**required**' : ''];
  const facts = type.filter((part) => part !== undefined && part !== '').join(' · ');
  const values =
    info.values.length > 1 ? `One of: ${info.values.map((value) => `\`${inline(value)}\``).join(' ')}` : '';
  const examples = info.examples.map((example) => `${info.key}: ${inline(example)}`);
  const code = examples.length > 0 && !/^\d+$/.test(info.key) ? `\`\`\`yaml\n${examples.join('\n')}\n\`\`\`` : '';
  return [info.description, facts, values, code].filter((part) => part !== undefined && part !== '').join('\n\n');
}

/** A value on one line, as people write YAML. */
function inline(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${inline(inner ?? null)}`);
    return pairs.length > 0 ? `{ ${pairs.join(', ')} }` : '{}';
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  const isPlain = /^[\w./][^#:{}[\],"'`]*$/.test(value) && !/^(\d[\d.]*|true|false|null)$/.test(value);
  return isPlain ? value : JSON.stringify(value);
}
