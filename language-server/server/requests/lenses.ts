// What stands above tasks: what past runs took, and what the next one can take at most.
import { CodeLensRequest, CodeLensResolveRequest } from 'vscode-languageserver';
import { documentOfLens, lensesOf, resolvedLens } from '../../features/code-lens.ts';
import type { ClientOptions } from '../../protocol/index.ts';
import { type Client, onAnything, onDocument, type RequestGroup } from './request.ts';

export const lenses: RequestGroup = {
  requests: [
    onDocument(CodeLensRequest.type, [], (document, _, more) =>
      lensesOf(document, { past: more.past(document.facts.uri), commands: commandsOf(more.client) }),
    ),
    onAnything(
      CodeLensResolveRequest.type,
      (lens) => lens,
      async (lens, more) => {
        const uri = documentOfLens(lens);
        const document = uri === undefined ? undefined : await more.whole(uri);
        await more.models();
        const book = document?.facts.models?.();
        if (!document || !book) return lens;
        return resolvedLens(document, lens, book.factsOf, { commands: commandsOf(more.client) });
      },
    ),
  ],
  capabilities: { codeLensProvider: { resolveProvider: true } },
};

function commandsOf({ initializationOptions }: Client): NonNullable<ClientOptions['commands']> {
  const { commands } = (initializationOptions ?? {}) as ClientOptions;
  return Array.isArray(commands) ? commands : [];
}
