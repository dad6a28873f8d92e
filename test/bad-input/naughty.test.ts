// Every naughty string in every kind of scalar, as value, key, id and prompt: checked, asked about, and run on mock.
import { expect, test } from 'vitest';
import { checkWorkflow, type Diagnostic } from '../../workflow/index.ts';
import { tell } from '../language/stage.ts';
import { askEverything } from './every-feature.ts';
import { naughtyStrings } from './naughty-strings.ts';

/** Ways to write a string; only the double-quoted one can hold every string unharmed. */
const styles: readonly (readonly [string, (text: string) => string])[] = [
  ['double-quoted', (text) => JSON.stringify(text)],
  ['single-quoted', (text) => `'${text.replaceAll("'", "''")}'`],
  ['plain', (text) => text],
  ['literal', (text) => `|2-\n        ${text.replaceAll('\n', '\n        ')}`],
  ['folded', (text) => `>2-\n        ${text.replaceAll('\n', '\n        ')}`],
  ['flow', (text) => `[ ${text} ]`],
];

/** Where a string can stand. */
const holders: readonly (readonly [string, (scalar: string) => string])[] = [
  ['prompt', (scalar) => `tasks:\n  t:\n    agent: a\n    with:\n      prompt: ${scalar}\n`],
  ['value', (scalar) => `tasks:\n  t:\n    type: set\n    values:\n      v: ${scalar}\n`],
  ['key', (scalar) => `tasks:\n  t:\n    type: set\n    values:\n      ${scalar}: 1\n`],
  ['id', (scalar) => `tasks:\n  ${scalar}:\n    agent: a\n    needs: [${scalar}]\n    with: { prompt: x }\n`],
  ['condition', (scalar) => `tasks:\n  t:\n    agent: a\n    when: ${scalar}\n    with: { prompt: x }\n`],
  [
    'module',
    (scalar) =>
      `toolsets:\n  s:\n    module: ${scalar}\n    tools:\n      ${scalar}:\n        description: ${scalar}\ntasks: {t: {agent: a, with: {prompt: x}}}\n`,
  ],
  [
    'schema',
    (scalar) => `inputs:\n  i:\n    type: string\n    pattern: ${scalar}\ntasks: {t: {agent: a, with: {prompt: x}}}\n`,
  ],
];

const agents = 'agents: { a: { model: mock/small } }\n';
const whole = (body: string): string => `segue: "1"\nname: story\n${agents}${body}`;

test.each(styles)(
  '%s: a located finding or none, wherever it stands',
  (_, write) => {
    for (const string of naughtyStrings) {
      for (const [, hold] of holders) {
        const text = whole(hold(write(string)));
        for (const finding of checkWorkflow({ file: 'a', text }).diagnostics) expectLocated(finding, text);
      }
    }
  },
  60_000,
);

test.each(styles)(
  '%s: no feature of the editor stumbles',
  (_, write) => {
    for (const [index, string] of naughtyStrings.entries()) {
      const [, hold] = holders[index % holders.length] ?? ['', String];
      askEverything(whole(hold(write(string))), 'workflow', [0.6, 0.9]);
      askEverything(`providers:\n  ${write(string)}:\n    base_url: ${write(string)}\n`, 'config', [0.5]);
    }
  },
  60_000,
);

test('what a text says arrives as it is: in values, keys and prompts', async () => {
  const literal = naughtyStrings.map((string) => JSON.stringify(string.replaceAll('${{', () => '$${{')));
  const values = literal.map((scalar, index) => `      v${index}: ${scalar}\n`).join('');
  const names = naughtyStrings.filter((string) => string.length < 500);
  const keys = names.map((string, index) => `      ${JSON.stringify(`${string}:${index}`)}: ${index}\n`).join('');
  const all = naughtyStrings.map((_, index) => `"\${{ tasks.said.output.v${index} }}"`).join(', ');
  const story = await tell(
    `${agents}tasks:\n  said:\n    type: set\n    values:\n${values}  named:\n    type: set\n    values:\n${keys}` +
      `  each: { type: for_each, items: [${all}], do: { agent: a, with: { prompt: "\${{ item }}" } } }\n` +
      'mock: [{ agent: a, reply: ok }]\n',
  );
  expect(story.status).toBe('completed');
  expect(story.output('said')).toEqual(
    Object.fromEntries(naughtyStrings.map((string, index) => [`v${index}`, string])),
  );
  expect(story.output('named')).toEqual(
    Object.fromEntries(names.map((string, index) => [`${string}:${index}`, index])),
  );
  for (const [index, string] of naughtyStrings.entries())
    expect(story.messages(`each[${index}]/turn[1]#1`).at(-1)?.content).toBe(string);
}, 60_000);

test('whatever checks clean can be run on mock, in every style', async () => {
  for (const string of naughtyStrings) {
    const bodies = styles.map(([, write]) => `${agents}${holders[0]?.[1](write(string)) ?? ''}mock: [{ reply: ok }]\n`);
    for (const body of new Set(bodies)) {
      const text = `segue: "1"\nname: story\n${body}`;
      if (checkWorkflow({ file: 'a', text }).diagnostics.some(({ severity }) => severity === 'error')) continue;
      expect(['completed', 'failed'], text.slice(0, 300)).toContain((await tell(body)).status);
    }
  }
}, 60_000);

function expectLocated({ range, message, code }: Diagnostic, text: string): void {
  expect(code).not.toBe('');
  expect(message.length).toBeLessThan(2_100);
  expect(message).not.toMatch(/\n +at |\[object/);
  expect(range.start >= 0 && range.start <= range.end && range.end <= text.length).toBe(true);
}
