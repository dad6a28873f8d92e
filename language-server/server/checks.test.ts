// A finding must not get lost when somebody else comes first with reading what a document names.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Checks } from './checks.ts';
import { Documents } from './documents.ts';
import { guard } from './guard.ts';
import { KnownModels } from './known-models.ts';
import { FilesOnDisk } from './other-files.ts';
import { RequestQueue } from './request-queue.ts';
import { WorkspaceConfigs } from './workspace-config.ts';

const text = `segue: "1"
name: a
agents: { writer: { model: mock/small } }
tasks:
  t: { agent: wrtier, with: { prompt: hi } }
outputs: { t: "\${{ tasks.t.output }}" }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segue-checks-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('an agent that is nowhere is found, although a lens has read all that the file names before the check could', async () => {
  const uri = pathToFileURL(join(folder, 'a.segue.yaml')).href;
  const disk = new FilesOnDisk();
  disk.setFolders([pathToFileURL(folder).href]);
  const documents = new Documents({
    configs: new WorkspaceConfigs(),
    disk,
    models: new KnownModels(),
    files: () => new Map(),
    explanationOf: () => undefined,
    onBegunAnew: (changed) => checks.ask(changed),
  });
  const told: unknown[][] = [];
  const checks: Checks = new Checks({
    documents,
    queue: new RequestQueue(),
    safely: guard((message) => {
      throw new Error(message);
    }),
    publish: ({ diagnostics }) => {
      told.push(diagnostics.map(({ code }) => code));
      void documents.whole(uri);
    },
  });
  documents.put(TextDocument.create(uri, 'segue', 1, text));
  checks.ask(uri);
  await expect.poll(() => told.at(-1)).toContain('unknown-agent');
});
