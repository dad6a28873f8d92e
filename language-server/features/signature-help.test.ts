import { expect, test } from 'vitest';
import type { FileKind } from '../../workflow/index.ts';
import { openMarked } from './marked-text.ts';
import { signatureHelpAt } from './signature-help.ts';

const head = `segue: "1"
inputs:
  topic: { type: string }
  list: { type: array, items: { type: string } }
agents:
  writer: { model: mock/a }
tasks:
  a:
    agent: writer
`;

/** The active signature with the text of its active parameter. */
function help(marked: string, kind: FileKind = 'workflow'): readonly (string | undefined)[] {
  const { document, position } = openMarked(marked, kind);
  const found = signatureHelpAt(document, position);
  if (!found) return [];
  const signature = found.signatures[found.activeSignature ?? 0];
  const place = signature?.parameters?.[found.activeParameter ?? 0]?.label;
  return [signature?.label, Array.isArray(place) ? signature?.label.slice(...place) : undefined];
}

const split = 'string.split(separator: string, limit: int): list<string>';

test.each([
  ['a condition', `${head}    when: inputs.topic.split(',', ¦`],
  ['a condition in quotes', `${head}    when: 'inputs.topic.split('','', ¦'`],
  ['text that is not ended', `${head}    with: { prompt: "\${{ inputs.topic.split(',', ¦`],
  ['a call that is not ended', `${head}    with: { prompt: "\${{ inputs.topic.split(',', ¦ }}" }`],
  ['a block', `${head}    with:\n      prompt: |\n        Of \${{ inputs.topic.split(',', ¦\n        more`],
  ['another call', `${head}    when: size(inputs.topic.split(',', ¦)) > 0`],
  ['windows lines', `${head}    when: inputs.topic.split(',', ¦)\n`.replaceAll('\n', '\r\n')],
])('in %s', (_, marked) => {
  expect(help(marked)).toEqual([split, 'limit: int']);
});

test('names of the place count', () => {
  const each = `${head}  b:\n    type: for_each\n    items: \${{ inputs.list }}\n    do:\n      agent: writer\n      when: item.split(¦`;
  expect(help(each)[0]).toMatch(/^string\.split/);
  expect(help('instructions: ${{ inputs.topic.size() + size(¦', 'agent')[1]).toBe('value: string');
});

test.each([
  ['a text', `${head}    with: { prompt: size(¦) }`],
  ['a key', `${head}    ¦`],
  ['a comment', `${head}    # size(¦`],
  ['behind the call', `${head}    when: size(inputs.topic)¦ > 1`],
])('none in %s', (_, marked) => {
  expect(help(marked)).toEqual([]);
});

test('none in a configuration', () => {
  expect(help('providers:\n  a:\n    api_key: ${{ size(¦', 'config')).toEqual([]);
});
