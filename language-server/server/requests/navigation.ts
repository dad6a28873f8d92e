// From here to there: declarations, uses, files; and the new name of a thing in all of these places.
import {
  DefinitionRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  LSPErrorCodes,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  ResourceOperationKind,
  ResponseError,
  TypeDefinitionRequest,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver';
import { definitionAt } from '../../features/definition.ts';
import { documentLinksOf } from '../../features/document-links.ts';
import { highlightsAt } from '../../features/highlights.ts';
import { referencesAt } from '../../features/references.ts';
import { prepareRename, type Refusal, renameAt } from '../../features/rename.ts';
import { typeDefinitionAt } from '../../features/type-definition.ts';
import { workspaceSymbolsOf } from '../../features/workspace-symbols.ts';
import { type Client, onAnything, onDocument, type RequestGroup } from './request.ts';

export const navigation: RequestGroup = {
  requests: [
    onDocument(DefinitionRequest.type, null, (document, { position }) => definitionAt(document, position)),
    onDocument(TypeDefinitionRequest.type, null, (document, { position }) => typeDefinitionAt(document, position)),
    onDocument(ReferencesRequest.type, [], (document, { position, context }, { workspace }) =>
      referencesAt(document, position, context, workspace),
    ),
    onDocument(DocumentHighlightRequest.type, [], (document, { position }) => highlightsAt(document, position)),
    onDocument(DocumentLinkRequest.type, [], (document) => documentLinksOf(document)),
    onDocument(PrepareRenameRequest.type, null, (document, { position }) =>
      unlessRefused(prepareRename(document, position)),
    ),
    onDocument(RenameRequest.type, null, (document, { position, newName }, { workspace, client }) => {
      return unlessRefused(renameAt(document, position, newName, workspace, { canRenameFiles: renamesFiles(client) }));
    }),
    onAnything(
      WorkspaceSymbolRequest.type,
      () => [],
      ({ query }, { workspace }) => workspaceSymbolsOf(workspace, query),
    ),
  ],
  capabilities: {
    definitionProvider: true,
    typeDefinitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    documentLinkProvider: {},
    renameProvider: { prepareProvider: true },
    workspaceSymbolProvider: true,
  },
};

/** Why something can not be done is shown to whoever asked for it. */
function unlessRefused<T extends object>(answer: T | Refusal | null): T | ResponseError | null {
  if (answer === null || !('refused' in answer)) return answer;
  return new ResponseError(LSPErrorCodes.RequestFailed, answer.refused);
}

function renamesFiles({ capabilities: { workspace } }: Client): boolean {
  return workspace?.workspaceEdit?.resourceOperations?.includes(ResourceOperationKind.Rename) ?? false;
}
