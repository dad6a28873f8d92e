// What changes documents: the client asks, and makes the edits itself.
import { CodeActionRequest } from 'vscode-languageserver';
import { actionKinds, type ActionsAsked, codeActionsIn } from '../../features/code-actions.ts';
import { type Client, onDocument, type RequestGroup } from './request.ts';

export const editing: RequestGroup = {
  requests: [
    onDocument(CodeActionRequest.type, [], (document, { range, context: { only } }, more) =>
      codeActionsIn(document, range, {
        workspace: more.workspace,
        past: more.past(document.facts.uri),
        client: abilitiesOf(more.client),
        ...(only ? { only } : {}),
      }),
    ),
  ],
  capabilities: {
    codeActionProvider: { codeActionKinds: [...actionKinds] },
  },
};

function abilitiesOf({ capabilities: { workspace, textDocument } }: Client): ActionsAsked['client'] {
  const operations = workspace?.workspaceEdit?.resourceOperations ?? [];
  return {
    showsDisabled: textDocument?.codeAction?.disabledSupport === true,
    createsFiles: operations.includes('create'),
    deletesFiles: operations.includes('delete'),
  };
}
