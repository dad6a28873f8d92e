// What changes documents: the client asks, and makes the edits itself.
import { CodeActionKind, CodeActionRequest } from 'vscode-languageserver';
import { codeActionsIn } from '../../features/code-actions.ts';
import { onDocument, type RequestGroup } from './request.ts';

export const editing: RequestGroup = {
  requests: [
    onDocument(CodeActionRequest.type, [], (document, { range, context: { only } }) => {
      if (only && !only.some((kind) => kind === '' || CodeActionKind.QuickFix.startsWith(kind))) return [];
      return codeActionsIn(document, range);
    }),
  ],
  capabilities: {
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  },
};
