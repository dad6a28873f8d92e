// What an editor shows of a document while it is read.
import { DocumentSymbolRequest } from 'vscode-languageserver';
import { symbolsOf } from '../../features/symbols.ts';
import { onDocument, type RequestGroup } from './request.ts';

export const reading: RequestGroup = {
  requests: [onDocument(DocumentSymbolRequest.type, [], (document) => symbolsOf(document))],
  capabilities: {
    documentSymbolProvider: true,
  },
};
