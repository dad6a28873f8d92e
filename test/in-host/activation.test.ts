import { strict as assert } from 'node:assert';
import { commands, extensions, window } from 'vscode';
import { commandIds } from '../../extension/names.ts';
import { activate, openFile } from './window.ts';

describe('activation', () => {
  it('begins with the first workflow that is opened', async () => {
    const { document } = await openFile('ask.segue.yaml');
    assert.equal(document.languageId, 'segue');
    await activate();
  });

  it('registers every command of the manifest, and no other', async () => {
    await activate();
    const all = await commands.getCommands(true);
    const extension = extensions.all.find(({ packageJSON }) => packageJSON.name === 'segue');
    const declared: string[] = extension?.packageJSON.contributes.commands.map(
      (one: { command: string }) => one.command,
    );
    assert.deepEqual(declared, [...commandIds]);
    assert.deepEqual(
      commandIds.filter((id) => !all.includes(id)),
      [],
    );
  });

  it('creates a workflow from a template, named and opened', async () => {
    await commands.executeCommand('segue.createSample');
    const document = window.activeTextEditor?.document;
    assert.match(document?.fileName ?? '', /hello\.segue\.yaml$/);
    assert.match(document?.getText() ?? '', /^name: hello$/m);
    await commands.executeCommand('segue.createSample');
    assert.match(window.activeTextEditor?.document.fileName ?? '', /hello-2\.segue\.yaml$/);
  });
});
