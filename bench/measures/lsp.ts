/**
 * `lsp --server FILE --arguments JSON --folder DIR --schema FILE`: a language server as an editor has it, through its
 * pipes, with files of 100, 1,000 and 10,000 lines. After an edit, completion is asked for and the findings are waited
 * for, so debounce and transport count. After 40 edits of 1,000 lines it is told to collect its garbage, and asked what
 * is left.
 */
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { argument, report } from './child.ts';

const folder = argument('folder');
const heapFile = join(folder, 'heap');
const edits = { 100: 20, 1_000: 40, 10_000: 5 } as const;
const sizes = [100, 1_000, 10_000] as const;
const figures: Record<string, number> = {};
for (const lines of sizes) {
  const server = await begin();
  try {
    const { findings, completions } = await edited(server.connection, lines);
    figures[`findings${lines}Ms`] = middle(findings);
    figures[`complete${lines}Ms`] = middle(completions);
    if (lines === 1_000) Object.assign(figures, await memoryOf(server.process));
  } finally {
    server.connection.dispose();
    server.process.kill('SIGKILL');
  }
}
report(figures);

type ServerProcess = ChildProcessByStdio<Writable, Readable, null>;

async function begin(): Promise<{ readonly process: ServerProcess; readonly connection: MessageConnection }> {
  const hook = join(folder, 'heap.cjs');
  const collect = `gc(); require('fs').writeFileSync(${JSON.stringify(heapFile)}, String(process.memoryUsage().heapUsed))`;
  writeFileSync(hook, `process.on('SIGUSR2', () => { ${collect} });`);
  const server = [...(JSON.parse(argument('arguments')) as string[]), argument('server'), '--stdio'];
  const child = spawn(process.execPath, ['--expose-gc', '--require', hook, ...server], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  // What a server asks of its client: settings, and leave to register.
  connection.onRequest('workspace/configuration', ({ items }: { readonly items: readonly unknown[] }) =>
    items.map(() => null),
  );
  connection.onRequest(() => null);
  connection.listen();
  const rootUri = pathToFileURL(folder).href;
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri,
    workspaceFolders: [],
    capabilities: {},
  });
  await connection.sendNotification('initialized', {});
  return { process: child, connection };
}

async function edited(connection: MessageConnection, lines: keyof typeof edits) {
  const uri = pathToFileURL(join(folder, `bench${lines}.segue.yaml`)).href;
  let heard: () => void = () => undefined;
  connection.onNotification('textDocument/publishDiagnostics', (params: { readonly uri: string }) => {
    if (params.uri === uri) heard();
  });
  const nextFindings = () => new Promise<void>((resolve) => (heard = resolve));
  const first = nextFindings();
  const languageId = argument('language');
  const text = workflowOf(lines);
  await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  await first;
  const [findings, completions]: [number[], number[]] = [[], []];
  const line = 6 + Math.floor(lines / 8) * 4;
  for (let edit = 0; edit < edits[lines]; edit += 1) {
    const begun = performance.now();
    const next = nextFindings();
    // A key is begun in the middle of the file, and taken back.
    const [range, typed] =
      edit % 2 === 0
        ? [{ start: { line, character: 0 }, end: { line, character: 0 } }, '    \n']
        : [{ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }, ''];
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: edit + 2 },
      contentChanges: [{ range, text: typed }],
    });
    const position = { line: edit % 2 === 0 ? line : line + 1, character: 4 };
    const found = await connection.sendRequest<object | null>('textDocument/completion', {
      textDocument: { uri },
      position,
    });
    completions.push(performance.now() - begun);
    if (!found) throw new Error('Completion had nothing to say');
    await next;
    findings.push(performance.now() - begun);
  }
  return { findings, completions };
}

/** In MB (10^6 bytes): what is resident as it stands, then what is left of the heap when its garbage is gone. */
async function memoryOf({ pid }: ServerProcess): Promise<{ readonly rssMb: number; readonly heapMb: number }> {
  const kilobytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
  rmSync(heapFile, { force: true });
  if (pid !== undefined) process.kill(pid, 'SIGUSR2');
  while (!existsSync(heapFile) || readFileSync(heapFile, 'utf8') === '') await sleep(20);
  return { rssMb: (kilobytes * 1024) / 1e6, heapMb: Number(readFileSync(heapFile, 'utf8')) / 1e6 };
}

/** Four lines a task, each with the output of the one before in its prompt. Its first line gives the peer a schema. */
function workflowOf(lines: number): string {
  const schema = `# yaml-language-server: $schema=${pathToFileURL(argument('schema')).href}\n`;
  const head = `${schema}segue: "1"\nname: bench\nagents: { writer: { model: mock/fast } }\ntasks:\n`;
  const tasks = Array.from({ length: Math.floor((lines - 5) / 4) }, (_, at) => {
    const before = at === 0 ? 'nothing' : `\${{ tasks.task${at - 1}.output }}`;
    return `  task${at}:\n    agent: writer\n    with:\n      prompt: "Go on after ${before}"\n`;
  });
  return head + tasks.join('');
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
