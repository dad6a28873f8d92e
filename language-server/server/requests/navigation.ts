// From here to there.
import { DefinitionRequest } from 'vscode-languageserver';
import { definitionAt } from '../../features/definition.ts';
import { onDocument, type RequestGroup } from './request.ts';

export const navigation: RequestGroup = {
  requests: [onDocument(DefinitionRequest.type, null, (document, { position }) => definitionAt(document, position))],
  capabilities: {
    definitionProvider: true,
  },
};
