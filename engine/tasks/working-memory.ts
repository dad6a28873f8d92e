// `remember`, `recall` and `forget`: what one agent notes for itself in a run. All tasks of the agent have the same notes.
import { failure, type Json } from '../../run/index.ts';
import { type Answer, type EngineCall, given, refused } from './engine-call.ts';

/** How many keys one agent may have. */
const maxKeys = 200;

interface Note {
  readonly key: string;
  readonly value: Json;
}

/** Keeps a value under a key. */
export function remember(call: EngineCall): Answer {
  const { key } = call.input as unknown as Note;
  const notes = notesOf(call);
  const kept = notes.size + (notes.has(key) ? 0 : 1);
  if (kept > maxKeys) {
    const message = `There are ${maxKeys} keys already.`;
    return refused(failure('too_many_keys', message, { remedy: 'Forget some, or keep more under one key.' }));
  }
  return { ...given({ kept }), memory: { key } };
}

/** What is kept under a key, or all of it. */
export function recall(call: EngineCall): Answer {
  const { key } = call.input as Partial<Note>;
  const entries = [...notesOf(call)].filter(([name]) => key === undefined || name === key);
  return given({ entries: Object.fromEntries(entries) });
}

/** Throws away what is kept under a key. */
export function forget(call: EngineCall): Answer {
  const { key } = call.input as unknown as Note;
  const forgotten = notesOf(call).has(key);
  return { ...given({ forgotten }), ...(forgotten && { memory: { key, forgotten } }) };
}

function notesOf({ node, by }: EngineCall): ReadonlyMap<string, Json> {
  return node.file.together.notes.get(by) ?? new Map();
}
