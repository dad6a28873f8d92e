// Long work in slices.
import type { OpenDocument } from '../features/open-document.ts';

/** As long as nobody notices. A step of a very large text may take longer. */
const sliceMs = 10;

/** Goes on with the analysis of a document for a moment. @returns whether all is known */
export function analyseSome(document: OpenDocument): boolean {
  const beganMs = performance.now();
  while (!document.step()) if (performance.now() - beganMs > sliceMs) return false;
  return true;
}
