// Ids for traces, in the shapes of the W3C Trace Context: 16 bytes for a trace, 8 for a span, in hex.
import type { RunId } from './events.ts';

/** The trace id of a run: its UUID without the dashes. */
export function traceIdOf(runId: RunId): string {
  return runId.replaceAll('-', '').toLowerCase();
}

/** The span id of a task or call: FNV-1a (64 bits) over run and path, so it is the same in every reader. */
export function spanIdOf(runId: RunId, path: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(`${runId}/${path}`)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}

/** The part of a run id that people read and type: its last eight characters. */
export function shortRunId(runId: RunId): string {
  return runId.slice(-8);
}

/** The static path of a task: `audit/per_repo[3]/scan` → `audit/per_repo[]/scan`. */
export function staticPathOf(path: string): string {
  return path.replace(/\[\d+\]/g, '[]');
}
