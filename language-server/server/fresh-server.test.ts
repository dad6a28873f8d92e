// Whatever was typed, and whatever was asked while it was typed: in the end a server says what one says that has seen
// nothing but the last text. `SEGUE_SEEDS` is how many stories are told.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Position, Range } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { ClientInTests } from './client-in-tests.ts';
import { askEverything, askOne } from './every-request.ts';

const root = new URL('../../', import.meta.url);
/** Texts that belong together, by name: one story happens in one of these folders. No disk lies below them. */
const folders = [
  ...readdirSync(new URL('examples/', root)).map((name) => filesIn(`examples/${name}/`)),
  ...['features', 'language'].flatMap((name) => filesIn(`test/fixtures/${name}/`).map((file) => [file])),
].filter((files) => files.length > 0);

/** These depend on each other: whoever edits one changes what is said of another. */
const dependent: readonly File[] = [
  {
    uri: 'memory:///w/caller.segue.yaml',
    text: `segue: "1"
name: caller
inputs: { city: { type: string } }
tasks:
  ask: { workflow: ./lib/called.segue.yaml, with: { name: "\${{ inputs.city }}" } }
  tell: { agent: poet, with: { prompt: "Say \${{ tasks.ask.output.text }}" } }
outputs: { text: "\${{ tasks.tell.output }}" }
`,
  },
  {
    uri: 'memory:///w/lib/called.segue.yaml',
    text: `segue: "1"
name: called
inputs: { name: { type: string } }
tasks: { greet: { type: set, values: { text: "Hello \${{ inputs.name }}" } } }
outputs: { text: "\${{ tasks.greet.output.text }}" }
`,
  },
  { uri: 'memory:///w/agents/poet.agent.yaml', text: 'model: mock/small\ninstructions: Rhyme.\n' },
];

interface File {
  readonly uri: string;
  readonly text: string;
}

function filesIn(folder: string): readonly File[] {
  const names = readdirSync(new URL(folder, root)).filter((name) => /\.(segue|agent|config)\.yaml$/.test(name));
  return names
    .map((name) => ({ uri: `memory:///w/${name}`, text: readFileSync(new URL(`${folder}${name}`, root), 'utf8') }))
    .filter(({ text }) => text.length < 20_000);
}

const pieces = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '${{',
    '}}',
    ' ${{ inputs.',
    ' ${{ tasks.',
    ': ',
    '- ',
    '#',
    ' |\n',
    '&a ',
    '*a',
    '!x ',
  ],
  ...['\n', '\r\n', '\n  ', '\n    - ', '\t', '\\', '? ', ',', '---\n', '\u{feff}', '😀', 'שלום', '\u{202e}'],
  ...['tasks:\n  a: { agent: b, with: { prompt: hi } }\n', 'type: for_each', 'agent: ', 'needs: [', 'model: mock/'],
];
/** From 0 to below 1, all alike; `fc.double` would give what is next to nothing, half of the time. */
const part = fc.noBias(fc.nat({ max: 9_999 })).map((number) => number / 10_000);
const edit = fc.record({
  file: part,
  at: part,
  remove: fc.oneof({ weight: 6, arbitrary: fc.nat({ max: 3 }) }, { weight: 1, arbitrary: fc.nat({ max: 400 }) }),
  piece: fc.constantFrom(...pieces, '', '', ''),
  /** Goes on when all texts before this edit were checked: who types makes a pause. */
  pauses: fc.integer({ min: 0, max: 2 }).map((number) => number === 0),
  ask: fc.option(fc.record({ which: part, at: part, isCancelled: fc.boolean() })),
});
const story = fc.record({
  folder: fc.oneof(fc.constant(dependent), fc.constantFrom(...folders)),
  edits: fc.array(edit, { minLength: 1, maxLength: 12, size: 'max' }),
  cursors: fc.array(part, { minLength: 2, maxLength: 2 }),
});

test('after any edits every answer is that of a fresh server, and none has failed', async () => {
  const numRuns = Number(process.env['SEGUE_SEEDS'] ?? 12);
  await fc.assert(fc.asyncProperty(story, tell), { seed: 7, numRuns, endOnFailure: true, examples: [[aboutAnother]] });
}, 3_600_000);

/** What is wrong in the called file is said in its caller, which was checked before. */
const aboutAnother: Story = {
  folder: dependent,
  edits: [{ file: 0.5, at: 0.9, remove: 0, piece: '${{', pauses: true, ask: null }],
  cursors: [0.1, 0.8],
};

type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

async function tell({ folder, edits, cursors }: Story): Promise<void> {
  const used = await ClientInTests.start();
  const texts = new Map(folder.map(({ uri, text }) => [uri, TextDocument.create(uri, 'segue', 1, text)]));
  for (const { uri, text } of folder) await used.open(uri, text);
  for (const one of edits)
    await type(used, [...texts.values()][Math.floor(one.file * texts.size)], [...texts.keys()], one);
  const fresh = await ClientInTests.start();
  for (const [uri, document] of texts) await fresh.open(uri, document.getText(), document.version);
  for (const [uri, document] of texts) {
    await sameFindings(used, fresh, uri);
    for (const cursor of cursors) {
      const at = positionIn(document, cursor);
      expect(await askEverything(used, uri, at)).toEqual(await askEverything(fresh, uri, at));
    }
  }
  for (const client of [used, fresh]) {
    expect(client.logged).toEqual([]);
    await client.stop();
  }
}

async function type(
  client: ClientInTests,
  document: TextDocument | undefined,
  uris: readonly string[],
  one: Story['edits'][number],
): Promise<void> {
  if (!document) return;
  const { uri } = document;
  if (one.pauses) await client.until(() => uris.every((each) => client.newest(each) !== undefined));
  const range: Range = {
    start: positionIn(document, one.at),
    end: document.positionAt(document.offsetAt(positionIn(document, one.at)) + one.remove),
  };
  await client.change(uri, [{ range, text: one.piece }]);
  TextDocument.update(document, [{ range, text: one.piece }], document.version + 1);
  if (!one.ask) return;
  const { which, at, isCancelled } = one.ask;
  const asked = askOne(client, uri, positionIn(document, at), which, isCancelled);
  // What is cancelled may have been answered all the same; nothing else may fail.
  if (isCancelled) await asked.catch(() => undefined);
  else await asked;
}

function positionIn(document: TextDocument, share: number): Position {
  return document.positionAt(Math.floor(share * (document.getText().length + 1)));
}

/** Findings come when they are ready, those that depend on another file perhaps twice. */
async function sameFindings(used: ClientInTests, fresh: ClientInTests, uri: string): Promise<void> {
  await vi.waitFor(
    () => {
      const expected = fresh.newest(uri)?.diagnostics;
      expect(expected).toBeDefined();
      expect(used.newest(uri)?.diagnostics).toEqual(expected);
    },
    { timeout: 30_000, interval: 20 },
  );
}
