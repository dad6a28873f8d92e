// Beside the YAML extension (a stand-in for it is installed): our files have languages of their own, which it leaves
// alone; and where a person's settings say that one of them is YAML, it is served all the same, and nothing is said twice.
import { strict as assert } from 'node:assert';
import { extensions, languages, Position, type TextEditor, workspace } from 'vscode';
import { activate, file, openFile, until } from './window.ts';

const name = 'as-yaml.segue.yaml';

describe('beside the YAML extension', () => {
  let editor: TextEditor;
  before(async () => {
    assert.ok(extensions.getExtension('redhat.vscode-yaml'), 'the stand-in is installed');
    await activate();
    editor = await openFile(name);
  });
  after(async () => {
    await validateYaml(undefined);
  });

  it('our files are not YAML to the editor, but for what a setting says', async () => {
    assert.equal(editor.document.languageId, 'yaml');
    const folder = file('.segue');
    await workspace.fs.createDirectory(folder);
    await workspace.fs.writeFile(file('.segue/config.yaml'), new TextEncoder().encode('# Nothing is set.\n'));
    assert.equal((await workspace.openTextDocument(file('.segue/config.yaml'))).languageId, 'segue-config');
    assert.equal((await workspace.openTextDocument(file('ask.segue.yaml'))).languageId, 'segue');
  });

  it('a file that is YAML by a setting is checked, and what the other sees is left to it', async () => {
    assert.deepEqual(await codes(), ['unknown-agent']);
  });

  it('when the other does not validate, all is said here', async () => {
    await validateYaml(false);
    await editor.edit((edit) => edit.insert(new Position(0, 0), '# Another line.\n'));
    await until(languages.onDidChangeDiagnostics, () => errors().length === 2 || undefined, 'both errors');
    assert.deepEqual(await codes(), ['duplicate-key', 'unknown-agent']);
  });
});

function errors() {
  return languages.getDiagnostics(file(name)).filter(({ severity }) => severity === 0);
}

/** The codes of the errors, once there are any. */
async function codes() {
  await until(languages.onDidChangeDiagnostics, () => errors().length > 0 || undefined, 'diagnostics');
  return errors()
    .map(({ code }) => String(typeof code === 'object' ? code.value : code))
    .sort();
}

async function validateYaml(on: boolean | undefined): Promise<void> {
  await workspace.getConfiguration('yaml').update('validate', on);
}
