// Renames. What must hold:
//   R1. Exactly the places of the name change, however many there are, and the way back restores every byte.
//   R2. Afterwards nothing new is wrong, and no name means anything else: else the rename is refused with its reason.
//   R3. What is asked of several files is one edit.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { WorkspaceEdit } from 'vscode-languageserver';
import { isAgentFile, planOf, type OtherFile } from '../../workflow/index.ts';
import { OpenDocument } from './open-document.ts';
import { toLspPosition } from './ranges.ts';
import { prepareRename, type Refusal, renameAt } from './rename.ts';

const place = 'file:///project/';

/** Files by their names; `¦` in one of them is where the cursor stands. */
function openFiles(marked: { readonly [name: string]: string }) {
  const texts = new Map(Object.entries(marked).map(([name, text]) => [name, text.replace('¦', '')]));
  const files = { get: (path: string): OtherFile => fileIn(texts, path) };
  const documents = [...texts].map(([name, text]) => {
    const kind = isAgentFile(name) ? ('agent' as const) : ('workflow' as const);
    return new OpenDocument({ uri: `${place}${name}`, version: 1, kind, text, files });
  });
  const index = Object.values(marked).findIndex((text) => text.includes('¦'));
  const document = documents[index] ?? documents[0];
  if (!document) throw new Error('no file');
  const offset = (Object.values(marked)[index] ?? '').indexOf('¦');
  const position = toLspPosition(document.lines, Math.max(0, offset));
  return { document, documents, position, workspace: { documents: () => documents } };
}

function fileIn(texts: ReadonlyMap<string, string>, path: string): OtherFile {
  const text = texts.get(path.slice('/project/'.length));
  return text === undefined ? { problem: 'missing' } : { text };
}

function rename(marked: { readonly [name: string]: string }, newName: string, canRenameFiles = true) {
  const { document, documents, position, workspace } = openFiles(marked);
  const answer = renameAt(document, position, newName, workspace, { canRenameFiles });
  return { answer, after: answer && 'documentChanges' in answer ? applied(documents, answer) : undefined };
}

/** The texts of all files after an edit, by name, as an editor would make them. */
function applied(
  documents: readonly OpenDocument[],
  { documentChanges = [] }: WorkspaceEdit,
): { readonly [name: string]: string } {
  const texts = new Map(documents.map(({ facts: { uri, text } }) => [uri, text]));
  for (const change of documentChanges) {
    if ('edits' in change) {
      const before = texts.get(change.textDocument.uri) ?? '';
      const edits = change.edits.filter((edit) => 'newText' in edit);
      texts.set(change.textDocument.uri, TextDocument.applyEdits(TextDocument.create('', '', 1, before), edits));
    } else if (change.kind === 'rename') {
      texts.set(change.newUri, texts.get(change.oldUri) ?? '');
      texts.delete(change.oldUri);
    }
  }
  return Object.fromEntries([...texts].map(([uri, text]) => [uri.replace(place, ''), text]));
}

function refusal(answer: WorkspaceEdit | Refusal | null): string {
  return answer && 'refused' in answer ? answer.refused : 'not refused';
}

const head = 'segue: "1"\nname: big\n';

/** 1,000 lines in which 200 places name one thing, in every way in which it can be named. */
function large(kind: 'agent' | 'task' | 'input', eol: string): { readonly text: string; readonly name: string } {
  const name = 'thing';
  const uses = {
    agent: (at: number) => [`    agent: ${at % 3 === 0 ? `"${name}"` : name}`, `    with: { prompt: "😀 ${name}" }`],
    task: (at: number) =>
      at % 2 === 0
        ? [
            '    agent: a',
            `    with: { prompt: "😀 \${{ tasks${at % 4 === 0 ? `.${name}` : `['${name}']`}.output }}" }`,
          ]
        : [`    needs: [${name}]`, '    agent: a', '    with: { prompt: thing }'],
    input: (at: number) => [
      '    agent: a',
      `    with: { prompt: "👩‍👩‍👧 \${{ inputs${at % 4 === 0 ? `.${name}` : `['${name}']`} }}" }`,
    ],
  }[kind];
  const declared = {
    agent: ['agents:', '  a: { model: mock/small }', `  ${name}: { model: mock/small }`, 'tasks:'],
    task: ['agents: { a: { model: mock/small } }', 'tasks:', `  ${name}: { agent: a, with: { prompt: p } }`],
    input: ['inputs:', `  ${name}: { type: string, default: x }`, 'agents: { a: { model: mock/small } }', 'tasks:'],
  }[kind];
  const tasks = Array.from({ length: 200 }, (_, at) => [`  t${at}:`, ...uses(at)]).flat();
  const lines = [...head.trimEnd().split('\n'), ...declared, ...tasks];
  while (lines.length < 1000) lines.push(`# thing ${lines.length}`);
  return { text: `${lines.join(eol)}${eol}`, name };
}

describe('a thing that 200 places name, in 1,000 lines', () => {
  const ways = [
    ['lines that end with \\n', '\n', ''],
    ['lines that end with \\r\\n', '\r\n', ''],
    ['a byte order mark', '\n', '\ufeff'],
  ] as const;
  const cases = (['agent', 'task', 'input'] as const).flatMap((kind) =>
    ways.map(([how, eol, bom]) => [kind, how, eol, bom] as const),
  );

  it.each(cases)('%s, %s: just those change, and the way back restores every byte', (kind, _, eol, bom) => {
    const { text: plain, name } = large(kind, eol);
    const text = bom + plain;
    expect(text.split('\n')).toHaveLength(1001);
    const at = text.indexOf(`  ${name}:`) + 3;
    const marked = `${text.slice(0, at)}¦${text.slice(at)}`;
    const { answer, after } = rename({ 'a.segue.yaml': marked }, 'another_1');
    const edits = editsIn(answer);
    expect(edits).toHaveLength(201);
    const document = TextDocument.create('', '', 1, text);
    expect(new Set(edits.map(({ range }) => document.getText(range)))).toEqual(new Set([name]));
    const renamed = after?.['a.segue.yaml'] ?? '';
    expect(codesOf(renamed)).toEqual(codesOf(text));
    expect(renamed.length - text.length).toBe(201 * ('another_1'.length - name.length));
    const back = rename({ 'a.segue.yaml': `${renamed.slice(0, at)}¦${renamed.slice(at)}` }, name);
    expect(back.after?.['a.segue.yaml']).toBe(text);
  });
});

function editsIn(answer: WorkspaceEdit | Refusal | null) {
  const changes = answer && 'documentChanges' in answer ? (answer.documentChanges ?? []) : [];
  return changes.flatMap((change) => ('edits' in change ? change.edits.filter((edit) => 'range' in edit) : []));
}

function codesOf(text: string): readonly string[] {
  const { diagnostics } = new OpenDocument({ uri: `${place}a.segue.yaml`, version: 1, kind: 'workflow', text });
  return diagnostics.map(({ code, message }) => `${code} ${message}`);
}

describe('a rename is refused, with the reason', () => {
  const agents = 'agents: { a: { model: mock/small }, b: { model: mock/small } }\n';
  const cases: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'where the name is taken',
      `${head}${agents.replace('a:', '¦a:')}tasks: { t: { agent: a, with: { prompt: p } } }`,
      'b',
      /already is an agent `b`, in line 3/,
    ],
    [
      'where a task can be seen from a body',
      `${head}${agents}tasks:\n  ¦o: { agent: a, with: { prompt: p } }\n  l: { type: loop, until: "true", max_iterations: 2, do: { tasks: { i: { agent: b, with: { prompt: p } } } } }\n`,
      'i',
      /A task `i` can already be seen from here/,
    ],
    [
      'where it is no id',
      `${head}${agents}tasks: { ¦t: { agent: a, with: { prompt: p } } }`,
      '2t',
      /`2t` can not be a name here/,
    ],
    [
      'where it means something to CEL',
      `${head}${agents}tasks: { ¦t: { agent: a, with: { prompt: p } } }`,
      'in',
      /can not be a name here/,
    ],
    [
      'where a variable would catch it',
      `${head}${agents}tasks:\n  e: { type: for_each, items: ["x"], as: ¦word, do: { agent: a, with: { prompt: "\${{ ['y'].map(v, v + word) }}" } } }\n`,
      'v',
      /line 5 of `a.segue.yaml` would then stand for something else/,
    ],
    [
      'where a name that is not known yet would be caught',
      `${head}${agents}tasks:\n  ¦t: { agent: a, with: { prompt: p } }\n  u: { agent: b, needs: [nobody], with: { prompt: p } }\n`,
      'nobody',
      /line 6 of `a.segue.yaml` would then stand for something else/,
    ],
    [
      'of a tool',
      `${head}agents: { a: { model: mock/small, tools: [¦calculator] } }\ntasks: { t: { agent: a, with: { prompt: p } } }`,
      'sums',
      /comes with Segue/,
    ],
    [
      'of an agent of the library',
      `${head}agents: { a: { extends: ¦summary, model: mock/small } }\ntasks: { t: { agent: a, with: { prompt: p } } }`,
      'sums',
      /comes with Segue/,
    ],
    [
      'where YAML can not read the file',
      `${head}${agents}tasks: { ¦t: { agent: a, with: { prompt: p } } }\nx: "`,
      'u',
      /Mend line 5 of `a.segue.yaml` first/,
    ],
    [
      'where an alias makes two things of one place',
      `${head}${agents}tasks:\n  one: { type: loop, until: "true", max_iterations: 1, do: { tasks: { ¦i: { agent: a, with: { prompt: p } }, j: { agent: a, with: &w { prompt: "\${{ tasks.i.output }}" } } } } }\n  two: { type: loop, until: "true", max_iterations: 1, do: { tasks: { i: { agent: a, with: { prompt: p } }, j: { agent: a, with: *w } } } }\n`,
      'k',
      /Through an alias line 5 of `a.segue.yaml` names two things/,
    ],
  ];

  it.each(cases)('%s', (_, marked, newName, reason) => {
    expect(refusal(rename({ 'a.segue.yaml': marked }, newName).answer)).toMatch(reason);
  });

  it('already where the editor asks whether it may', () => {
    const { document, position } = openFiles({
      'a.segue.yaml': `${head}agents: { a: { extends: ¦summary, model: mock/small } }\n`,
    });
    expect(prepareRename(document, position)).toMatchObject({ refused: expect.stringContaining('comes with Segue') });
  });
});

it('two scopes may each have a task of a name: the other one stays', () => {
  const body = (id: string, text: string) =>
    `  ${id}: { type: loop, until: "true", max_iterations: 1, do: { tasks: ${text} } }\n`;
  const task =
    '{ t: { agent: a, with: { prompt: p } }, u: { agent: a, with: { prompt: "${{ tasks[\'t\'].output }}" } } }';
  const text = `${head}agents: { a: { model: mock/small } }\ntasks:\n${body('one', task.replace('t:', '¦t:'))}${body('two', task)}`;
  const renamed = task.replace('t:', 'new_one:').replace("['t']", "['new_one']");
  const { after } = rename({ 'a.segue.yaml': text }, 'new_one');
  expect(after?.['a.segue.yaml']).toBe(text.replace(task.replace('t:', '¦t:'), renamed));
});

describe('other files', () => {
  const called = `${head}inputs: { topic: { type: string } }\ntasks: { t: { agent: poet, with: { prompt: "\${{ inputs.topic }}" } } }\noutputs: { text: "\${{ tasks.t.output }}" }\n`;
  const caller = `${head}tasks:\n  c: { workflow: ./called.segue.yaml, with: { topic: x } }\noutputs: { all: "\${{ tasks.c.output.text }}" }\nmock: [{ task: c/t, reply: y }]\n`;
  const poet = 'model: mock/small\ninstructions: "On ${{ inputs.topic }}"\n';
  const bard = 'extends: poet\nsub_agents: ["poet"]\n';
  const files = {
    'caller.segue.yaml': caller,
    'called.segue.yaml': called,
    'agents/poet.agent.yaml': poet,
    'agents/bard.agent.yaml': bard,
    'other.segue.yaml': `${head}agents: { poet: { model: mock/small } }\ntasks: { t: { agent: poet, with: { prompt: topic } } }\n`,
  };
  const at = (name: keyof typeof files, text: string, within = text) => ({
    ...files,
    [name]: files[name].replace(within, within.replace(text, `¦${text}`)),
  });

  it.each([
    ['where it is declared', at('called.segue.yaml', 'topic')],
    ['where it is given', at('caller.segue.yaml', 'topic')],
  ])('an input is renamed in the caller, and in the agent file that names it: from the place %s', (_, marked) => {
    const { after } = rename(marked, 'subject');
    expect(after).toEqual({
      ...files,
      'caller.segue.yaml': caller.replace('topic', 'subject'),
      'called.segue.yaml': called.replaceAll('topic', 'subject'),
      'agents/poet.agent.yaml': poet.replace('topic', 'subject'),
    });
  });

  it('an output is renamed where it is read', () => {
    const { after } = rename(at('called.segue.yaml', 'text', 'outputs: { text'), 'words');
    expect(after).toEqual({
      ...files,
      'caller.segue.yaml': caller.replace('text', 'words'),
      'called.segue.yaml': called.replace('{ text', '{ words'),
    });
  });

  it('a task is renamed in the mock paths of callers', () => {
    const { after } = rename(at('called.segue.yaml', 't:', 'tasks: { t:'), 'task_1');
    expect(after?.['caller.segue.yaml']).toBe(caller.replace('c/t', 'c/task_1'));
  });

  it('an agent is renamed with its file; another one of the same name in a workflow of its own stays', () => {
    const { after } = rename(at('called.segue.yaml', 'poet'), 'writer-2');
    const { 'agents/poet.agent.yaml': text, ...others } = files;
    expect(after).toEqual({
      ...others,
      'agents/writer-2.agent.yaml': text,
      'called.segue.yaml': called.replace('poet', 'writer-2'),
      'agents/bard.agent.yaml': bard.replaceAll('poet', 'writer-2'),
    });
  });

  it('is refused where the editor moves no files, and where there is such a file', () => {
    expect(refusal(rename(at('called.segue.yaml', 'poet'), 'writer', false).answer)).toMatch(
      /rename `poet.agent.yaml`/,
    );
    expect(refusal(rename(at('called.segue.yaml', 'poet'), 'bard').answer)).toMatch(/there already is a file/);
  });

  it('is refused where another workflow uses the agent that names the input', () => {
    const second = called.replace('name: big', 'name: second');
    const { answer } = rename({ ...at('called.segue.yaml', 'topic'), 'second.segue.yaml': second }, 'subject');
    expect(refusal(answer)).toMatch(/`poet.agent.yaml` names `topic` too, and `second.segue.yaml` uses/);
  });

  it('is refused where another file can not be read', () => {
    const { answer } = rename({ ...at('called.segue.yaml', 'topic'), 'caller.segue.yaml': `${caller}x: "` }, 'subject');
    expect(refusal(answer)).toMatch(/`caller.segue.yaml` first/);
  });
});

describe('whatever has a name in our own files gets another one', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const folders = ['templates', 'test/fixtures/language', 'test/fixtures/language/called'];
  const paths = [
    'test/fixtures/features/rename.segue.yaml',
    ...readdirSync(`${root}examples`).map((name) => `examples/${name}/${name}.segue.yaml`),
    ...folders.flatMap((folder) => readdirSync(`${root}${folder}`).map((name) => `${folder}/${name}`)),
  ].filter((path) => path.endsWith('.segue.yaml'));

  it.each(paths)('%s', (path) => {
    const document = openPath(`${root}${path}`);
    const beside = document.checked.files.filter((file) => existsSync(file) && file.endsWith('.yaml'));
    const documents = [document, ...beside.map((file) => openPath(file))];
    const isRight = document.diagnostics.every(({ severity }) => severity !== 'error');
    // Some names of each file; SEGUE_LONG looks at all of them.
    const step = process.env['SEGUE_LONG'] ? 1 : isRight ? 3 : 7;
    const names = document.checked.names.filter((_, at) => at % step === path.length % step);
    for (const { name, kind, nameRange } of names) {
      const position = toLspPosition(document.lines, nameRange.start + 1);
      const answer = renameAt(document, position, fresh, { documents: () => documents }, { canRenameFiles: true });
      if (!answer || 'refused' in answer) {
        if (kind !== 'tool' && isRight) expect(refusal(answer), name).toBe('');
        continue;
      }
      const after = openPath(`${root}${path}`, renamedText(document, answer), filesAfter(documents, answer));
      const [was, is] = [findingsOf(document), findingsOf(after)];
      if (!isRight) {
        // What was wrong with the name itself is right now, and a name that could not be seen is not there any more.
        expect(
          is.filter((found) => !was.includes(found) && !/ unknown-/.test(found)),
          name,
        ).toEqual([]);
        continue;
      }
      expect(is, name).toEqual(was);
      expect(planText(after).replaceAll(fresh, name) === planText(document), `the plan after ${name}`).toBe(true);
    }
  });
});

const fresh = 'quite_another';

function openPath(
  path: string,
  text = readFileSync(path, 'utf8'),
  others: ReadonlyMap<string, string> = new Map(),
): OpenDocument {
  const get = (named: string): OtherFile => {
    const changed = others.get(named);
    if (changed !== undefined) return { text: changed };
    return existsSync(named) ? { text: readFileSync(named, 'utf8') } : { problem: 'missing' };
  };
  const kind = isAgentFile(path) ? ('agent' as const) : ('workflow' as const);
  return new OpenDocument({ uri: pathToFileURL(path).href, version: 1, kind, text, files: { get } });
}

function renamedText(document: OpenDocument, answer: WorkspaceEdit): string | undefined {
  return applied([document], answer)[document.facts.uri];
}

function filesAfter(documents: readonly OpenDocument[], answer: WorkspaceEdit): ReadonlyMap<string, string> {
  return new Map(Object.entries(applied(documents, answer)).map(([uri, text]) => [fileURLToPath(uri), text]));
}

/** Each with its line, for lines do not move. */
function findingsOf({ diagnostics, lines }: OpenDocument): readonly string[] {
  return diagnostics.map(({ code, range }) => `${toLspPosition(lines, range.start).line} ${code}`).sort();
}

function planText({ checked, text }: OpenDocument): string {
  return JSON.stringify(planOf(checked.workflow, text), (key, value: unknown) => (key.endsWith('Column') ? 0 : value));
}
