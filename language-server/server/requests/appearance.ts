// How a file looks, and what of it is taken in one go: colours, folds, selections, hints, white space.
import {
  DocumentFormattingRequest,
  DocumentRangeFormattingRequest,
  FoldingRangeRequest,
  InlayHintRequest,
  InlayHintResolveRequest,
  SelectionRangeRequest,
  SemanticTokensDeltaRequest,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
} from 'vscode-languageserver';
import { foldingRangesOf } from '../../features/folding.ts';
import { formatDocument, formatRange } from '../../features/formatting.ts';
import { inlayHintsIn, resolvedHint } from '../../features/inlay-hints.ts';
import { selectionRangesAt } from '../../features/selection.ts';
import { semanticTokensOf, tokenLegend } from '../../features/semantic-tokens.ts';
import { documentAt } from '../../features/workspace.ts';
import { hintKindsOf } from '../hint-settings.ts';
import { TokenMemory } from '../token-memory.ts';
import { onAnything, onDocument, type RequestGroup } from './request.ts';

/** For one client, since it remembers the tokens that it has given last. */
export function appearance(): RequestGroup {
  const memory = new TokenMemory();
  return {
    requests: [
      onDocument(SemanticTokensRequest.type, null, (document) =>
        memory.whole(document.facts.uri, semanticTokensOf(document)),
      ),
      onDocument(SemanticTokensDeltaRequest.type, null, (document, { previousResultId }) =>
        memory.since(document.facts.uri, previousResultId, semanticTokensOf(document)),
      ),
      onDocument(SemanticTokensRangeRequest.type, null, (document, { range }) => ({
        data: [...semanticTokensOf(document, range)],
      })),
      onDocument(FoldingRangeRequest.type, null, (document) => foldingRangesOf(document)),
      onDocument(SelectionRangeRequest.type, null, (document, { positions }) => selectionRangesAt(document, positions)),
      onDocument(InlayHintRequest.type, null, async (document, { range }, more) => {
        const { uri } = document.facts;
        const kinds = await hintKindsOf(more.client, uri);
        // What a called file gives is known when it has been read.
        return inlayHintsIn((await more.whole(uri)) ?? document, range, kinds);
      }),
      onAnything(
        InlayHintResolveRequest.type,
        (hint) => hint,
        (hint, { workspace }) => resolvedHint(hint, (uri) => documentAt(workspace, uri)),
      ),
      onDocument(DocumentFormattingRequest.type, [], (document) => formatDocument(document)),
      onDocument(DocumentRangeFormattingRequest.type, [], (document, { range }) => formatRange(document, range)),
    ],
    capabilities: {
      semanticTokensProvider: { legend: tokenLegend, range: true, full: { delta: true } },
      foldingRangeProvider: true,
      selectionRangeProvider: true,
      inlayHintProvider: { resolveProvider: true },
      documentFormattingProvider: true,
      documentRangeFormattingProvider: true,
    },
  };
}
