import { l10n, Uri, window, workspace } from 'vscode';
import { isWorkflow } from '../our-documents.ts';
import { placeOfFile, placesOfWorkspace } from '../processes/place.ts';

/** What a new config says; all of it is comment, so that it changes nothing until somebody wants it to. */
const content = `# Segue: settings of this workspace. See docs/language.md of the extension.
# Keys do not belong here. Set them with "Segue: Set API Key…", or in the terminal's environment.

# providers:
#   openai:
#     # Another address for openai/… models. Segue asks you once before your key goes there.
#     base_url: https://gateway.example.com/v1
#   local:
#     # Any server that speaks the OpenAI chat format, for models written as local/NAME.
#     base_url: http://localhost:11434/v1
#     api_key: none
#   company:
#     base_url: https://models.example.com/v1
#     # The name of a key, not the key itself.
#     api_key: \${{ secrets.COMPANY_API_KEY }}
`;

/** Opens `.segue/config.yaml` of the workflow in use, else of the workspace; creates it when it is not there. */
export async function openConfig(): Promise<void> {
  const workspaceFolder = await chosenWorkspace();
  if (workspaceFolder === undefined) {
    void window.showInformationMessage(l10n.t('Segue: open a folder first. Its settings lie in .segue/config.yaml.'));
    return;
  }
  const uri = Uri.joinPath(Uri.file(workspaceFolder), '.segue', 'config.yaml');
  const isThere = await workspace.fs.stat(uri).then(
    () => true,
    () => false, // Not there yet: it is written below.
  );
  if (!isThere) await workspace.fs.writeFile(uri, new TextEncoder().encode(content));
  await window.showTextDocument(uri);
}

async function chosenWorkspace(): Promise<string | undefined> {
  const active = window.activeTextEditor?.document;
  if (active?.uri.scheme === 'file' && isWorkflow(active)) return placeOfFile(active.uri).workspace;
  const places = placesOfWorkspace();
  if (places.length <= 1) return places[0]?.workspace;
  return window.showQuickPick(
    places.map((place) => place.workspace),
    { title: l10n.t('Config of which folder?') },
  );
}
