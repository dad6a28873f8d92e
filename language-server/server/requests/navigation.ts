// From here to there: declarations, uses, files; and the new name of a thing in all of these places.
import {
  DefinitionRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  LSPErrorCodes,
  type Position,
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
import { symbolsIn, workspaceSymbolsOf } from '../../features/workspace-symbols.ts';
import { thingAt, wordsOf } from '../../features/occurrences.ts';
import type { OpenDocument } from '../../features/open-document.ts';
import { toOffset } from '../../features/ranges.ts';
import { documentAt } from '../../features/workspace.ts';
import { type Client, type More, onAnything, onDocument, type RequestGroup } from './request.ts';

export const navigation: RequestGroup = {
  requests: [
    onDocument(DefinitionRequest.type, null, (document, { position }) => definitionAt(document, position)),
    onDocument(TypeDefinitionRequest.type, null, (document, { position }) => typeDefinitionAt(document, position)),
    onDocument(ReferencesRequest.type, [], async (document, { position, context }, more) =>
      referencesAt(await withOthers(document, position, more), position, context, more.workspace),
    ),
    onDocument(DocumentHighlightRequest.type, [], (document, { position }) => highlightsAt(document, position)),
    onDocument(DocumentLinkRequest.type, [], (document) => documentLinksOf(document)),
    onDocument(PrepareRenameRequest.type, null, (document, { position }) =>
      unlessRefused(prepareRename(document, position)),
    ),
    onDocument(RenameRequest.type, null, async (document, { position, newName }, more) => {
      const now = await withOthers(document, position, more);
      const options = { canRenameFiles: renamesFiles(more.client) };
      return unlessRefused(renameAt(now, position, newName, more.workspace, options));
    }),
    onAnything(
      WorkspaceSymbolRequest.type,
      () => [],
      async ({ query }, more) => {
        await more.readEach(symbolsIn);
        return workspaceSymbolsOf(more.workspace, query);
      },
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

/**
 * Reads all that the documents name which may name the thing at a position: what is not known of them can not be found there.
 * @returns the document as it is known then; the text is the same, for that is what the position holds for
 */
async function withOthers(document: OpenDocument, position: Position, more: More): Promise<OpenDocument> {
  const thing = thingAt(document, toOffset(document.lines, position))?.thing;
  if (!thing) return document;
  const words = wordsOf(thing);
  await more.readEach(({ text, facts }) =>
    words.some((word) => text.includes(word)) ? more.whole(facts.uri) : undefined,
  );
  const now = documentAt(more.workspace, document.facts.uri);
  return now?.text === document.text ? now : document;
}
