/**
 * What is large: runs of ten thousand tasks, and outputs of 16 MB. Real engines, used from the command line. `SEGUE_LONG=1`
 * adds ten thousand calls of models, and a file of ten thousand tasks.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Stage } from '../host/stage.ts';
import { runSegue } from './segue-command.ts';

const isLong = process.env['SEGUE_LONG'] === '1';
const count = 10_000;
const timeout = 180_000;
/** An output may have 16 MB as JSON: with its key, braces and quotes. */
const largest = 16 * 1024 * 1024 - '{"text":""}'.length;

const stage = new Stage('sizes');
afterAll(async () => {
  await stage.close();
});

function folderWith(name: string, text: string): string {
  const folder = stage.path(name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.segue.yaml'), `segue: "1"\nname: ${name}\n${text}`);
  return folder;
}

test(`a loop over ${count} elements`, { timeout }, async () => {
  const folder = folderWith(
    'loop',
    `tasks:
  each: { type: for_each, items: "\${{ range(${count}) }}", as: n, do: { type: set, values: { n: "\${{ n }}" } } }
outputs: { last: "\${{ tasks.each.output[${count - 1}].n }}" }
`,
  );
  const run = await runSegue(stage, folder, ['run', 'a.segue.yaml']);
  expect(run).toMatchObject({ code: 0, said: { status: 'completed', outputs: { last: count - 1 } } });
  expect(JSON.parse((await runSegue(stage, folder, ['runs'])).text)).toMatchObject([{ tasksEnded: count + 1 }]);
});

test('an output of 16 MB is kept and printed whole, and a larger one fails its task', { timeout }, async () => {
  const folder = folderWith(
    'wide',
    `inputs: { text: { type: string }, more: { type: string, default: "" } }
tasks:
  twice: { type: set, values: { text: "\${{ inputs.text + inputs.text + inputs.more }}" } }
outputs: { text: "\${{ tasks.twice.output.text }}" }
`,
  );
  writeFileSync(join(folder, 'half.txt'), 'x'.repeat(Math.floor(largest / 2)));
  const run = await runSegue(stage, folder, ['run', 'a.segue.yaml', '-i', 'text=@half.txt', '-i', 'more=y']);
  expect(run).toMatchObject({ code: 0, said: { status: 'completed' } });
  const { text } = run.said['outputs'] as { text: string };
  expect(text).toHaveLength(largest);
  const tooLarge = await runSegue(stage, folder, ['run', 'a.segue.yaml', '-i', 'text=@half.txt', '-i', 'more=yy']);
  expect(tooLarge).toMatchObject({ code: 1, said: { status: 'failed' } });
});

test.runIf(isLong)(`${count} calls of models`, { timeout }, async () => {
  const folder = folderWith(
    'calls',
    `agents: { w: { model: mock/w } }
mock: [{ agent: w, reply: ok }]
tasks:
  each:
    type: for_each
    items: "\${{ range(${count}) }}"
    as: n
    max_parallel: 50
    do: { agent: w, with: { prompt: "say \${{ n }}" } }
outputs: { size: "\${{ size(tasks.each.output) }}" }
`,
  );
  const run = await runSegue(stage, folder, ['run', 'a.segue.yaml']);
  expect(run).toMatchObject({ code: 0, said: { status: 'completed', outputs: { size: count } } });
});

test.runIf(isLong)(`a file of ${count} tasks`, { timeout }, async () => {
  const tasks = Array.from({ length: count }, (_, at) => `  t${at}: { type: set, values: { n: ${at} } }\n`);
  const folder = folderWith('flat', `tasks:\n${tasks.join('')}`);
  expect(await runSegue(stage, folder, ['run', 'a.segue.yaml'])).toMatchObject({ code: 0 });
});
