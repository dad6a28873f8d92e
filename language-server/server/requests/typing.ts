// What is asked while somebody types.
import { CompletionRequest, CompletionResolveRequest, HoverRequest, MarkupKind } from 'vscode-languageserver';
import { type Completions, completeAt } from '../../features/completion.ts';
import { hoverAt } from '../../features/hover.ts';
import { onAnything, onDocument, type RequestGroup } from './request.ts';

/** Completion and hover; for one client, since it remembers its latest suggestions. */
export function typing(): RequestGroup {
  /** Suggestions as last given: their documentation is written when one of them is looked at. */
  let latest: Completions | undefined;
  return {
    requests: [
      onDocument(CompletionRequest.type, null, (document, { position, context }, { client }) => {
        const typed = context?.triggerCharacter;
        const suggestsAgain = client.isOfCodeFamily;
        latest = completeAt(document, position, { suggestsAgain, ...(typed === undefined ? {} : { typed }) });
        return { isIncomplete: false, items: [...latest.items] };
      }),
      onAnything(
        CompletionResolveRequest.type,
        (item) => item,
        (item) => {
          const value = typeof item.data === 'number' ? latest?.documentationOf(item.data) : undefined;
          return value === undefined ? item : { ...item, documentation: { kind: MarkupKind.Markdown, value } };
        },
      ),
      onDocument(HoverRequest.type, null, (document, { position }) => hoverAt(document, position)),
    ],
    capabilities: {
      completionProvider: { resolveProvider: true, triggerCharacters: ['.', ' ', '"', "'", '[', '{', '/'] },
      hoverProvider: true,
    },
  };
}
