// The main of the language server: over stdio for any editor, over IPC for VS Code. It ends with its client: the
// connection sees the other end close, and looks every few seconds whether the process that started it still lives.
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './serve.ts';

serve(createConnection(ProposedFeatures.all));
