// Signature help: what a call in an expression takes, while it is being written.
import type { Position, SignatureHelp } from 'vscode-languageserver';
import { callAt } from '../../workflow/index.ts';
import { cursorPlace } from './cursor-place.ts';
import { expressionTextAt } from './expression-text.ts';
import { namesAt } from './names-at.ts';
import type { OpenDocument } from './open-document.ts';
import { toOffset } from './ranges.ts';

/** @returns the signatures of the innermost call around a position; null outside of one */
export function signatureHelpAt(document: OpenDocument, position: Position): SignatureHelp | null {
  if (document.facts.kind === 'config') return null;
  const offset = toOffset(document.lines, position);
  const place = cursorPlace(document.text, offset);
  const expression = expressionTextAt(document, place, offset);
  if (!expression) return null;
  const call = callAt(expression.source, expression.offset, namesAt(document, place, expression, offset));
  if (!call) return null;
  return {
    signatures: call.signatures.map(({ label, parameters, docs }) => ({
      label,
      documentation: { kind: 'markdown', value: docs },
      parameters: parameters.map(({ start, end }) => ({ label: [start, end] })),
    })),
    activeSignature: call.active,
    activeParameter: call.activeParameter,
  };
}
