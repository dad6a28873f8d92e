// What is asked while somebody types.
import {
  CompletionRequest,
  CompletionResolveRequest,
  HoverRequest,
  MarkupKind,
  SignatureHelpRequest,
} from 'vscode-languageserver';
import { type Completions, completeAt } from '../../features/completion.ts';
import { hoverAt } from '../../features/hover.ts';
import { signatureHelpAt } from '../../features/signature-help.ts';
import { onAnything, onDocument, type RequestGroup } from './request.ts';

/** Completion, signatures and hover; for one client, since it remembers its latest suggestions. */
export function typing(): RequestGroup {
  /** Suggestions as last given: their documentation is written when one of them is looked at. */
  let latest: Completions | undefined;
  return {
    requests: [
      onDocument(CompletionRequest.type, null, (document, { position, context }, { client, models }) => {
        const typed = context?.triggerCharacter;
        const suggestsAgain = client.isOfCodeFamily;
        return onceKnown(models(), () => {
          latest = completeAt(document, position, { suggestsAgain, ...(typed === undefined ? {} : { typed }) });
          return { isIncomplete: latest.isIncomplete, items: [...latest.items] };
        });
      }),
      onAnything(
        CompletionResolveRequest.type,
        (item) => item,
        (item) => {
          const value = typeof item.data === 'number' ? latest?.documentationOf(item.data) : undefined;
          return value === undefined ? item : { ...item, documentation: { kind: MarkupKind.Markdown, value } };
        },
      ),
      onDocument(SignatureHelpRequest.type, null, (document, { position }) => signatureHelpAt(document, position)),
      onDocument(HoverRequest.type, null, (document, { position }, more) =>
        onceKnown(more.models(), () => hoverAt(document, position, more.past(document.facts.uri))),
      ),
    ],
    capabilities: {
      completionProvider: { resolveProvider: true, triggerCharacters: ['.', '?', ' ', '"', "'", '[', '{', '/'] },
      signatureHelpProvider: { triggerCharacters: ['(', ','], retriggerCharacters: [')'] },
      hoverProvider: true,
    },
  };
}

/** Answers at once if it can: the queue counts how long work takes. */
function onceKnown<T>(loading: Promise<void> | undefined, answer: () => T): T | Promise<T> {
  return loading ? loading.then(answer) : answer();
}
