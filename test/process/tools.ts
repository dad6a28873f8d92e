import type { Tool } from '../../engine/ports/index.ts';
import { failure, isJsonObject, type Json } from '../../run/index.ts';

const text = { type: 'string' };

/** Books something at a counting server. Must not be repeated: a second call is a second booking. */
const book: Tool = {
  descriptor: {
    name: 'book',
    description: 'Books a thing.',
    input: { type: 'object', required: ['url', 'name'], properties: { url: text, name: text } },
    output: { type: 'object', required: ['booked'], properties: { booked: text } },
    effect: 'once',
    asks: 'never',
  },
  async call(input, { signal }) {
    try {
      const response = await fetch(`${textOf(input, 'url')}/book/${textOf(input, 'name')}`, { method: 'POST', signal });
      return { status: 'completed', output: (await response.json()) as Json };
    } catch (error) {
      return { status: 'failed', error: failure('book_failed', String(error)) };
    }
  },
};

/** A mistake of ours: throws where nobody catches. */
const explode: Tool = {
  descriptor: {
    name: 'explode',
    description: 'Ends the engine process by an error that nobody catches.',
    input: { type: 'object' },
    effect: 'none',
    asks: 'never',
  },
  call() {
    return new Promise(() => {
      setTimeout(() => {
        throw new Error('exploded for the test');
      }, 10);
    });
  },
};

export const testTools: readonly Tool[] = [book, explode];

function textOf(input: Json, name: string): string {
  const value = isJsonObject(input) ? input[name] : undefined;
  if (typeof value !== 'string') throw new Error(`no ${name}`);
  return value;
}
