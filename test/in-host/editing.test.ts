import { strict as assert } from 'node:assert';
import { type CodeAction, commands, type CompletionList, type Hover, languages, type Position } from 'vscode';
import { activate, file, openFile, until } from './window.ts';

const uri = () => file('broken.segue.yaml');

describe('editing help', () => {
  before(activate);

  it('underlines an agent that is not there', async () => {
    await openFile('broken.segue.yaml');
    const found = await theDiagnostic();
    assert.match(found.message, /writer/);
    assert.match(String(typeof found.code === 'object' ? found.code.value : found.code), /unknown-agent/);
  });

  it('offers the fix that mends it', async () => {
    const { range } = await theDiagnostic();
    const actions = await commands.executeCommand<CodeAction[]>('vscode.executeCodeActionProvider', uri(), range);
    const edits = actions.flatMap(({ edit }) => edit?.get(uri()) ?? []);
    assert.ok(
      edits.some(({ newText }) => newText.includes('writer')),
      `no fix among ${actions.map(({ title }) => title).join()}`,
    );
  });

  it('completes the agents of the file', async () => {
    const { range } = await theDiagnostic();
    const labels = await completionsAt(range.start);
    assert.ok(labels.includes('writer'), `no writer among ${labels.join()}`);
  });

  it('explains a key', async () => {
    const { range } = await theDiagnostic();
    const key = range.start.translate(0, -3);
    const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', uri(), key);
    assert.ok(hovers.length > 0, 'there is a hover on `agent`');
  });
});

function theDiagnostic() {
  const look = () => languages.getDiagnostics(uri()).find(({ severity }) => severity === 0);
  return until(languages.onDidChangeDiagnostics, look, 'a diagnostic');
}

async function completionsAt(position: Position): Promise<string[]> {
  const list = await commands.executeCommand<CompletionList>('vscode.executeCompletionItemProvider', uri(), position);
  return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
}
