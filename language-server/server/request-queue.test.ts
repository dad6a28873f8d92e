import { expect, test } from 'vitest';
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver';
import { RequestQueue } from './request-queue.ts';

const aTurn = () => new Promise((resolve) => setImmediate(resolve));

test('what is urgent comes first, and what nobody asked last', async () => {
  const queue = new RequestQueue();
  const done: string[] = [];
  await Promise.all([
    queue.ask('background', () => done.push('background')),
    queue.ask('asked', () => done.push('first')),
    queue.ask('asked', () => done.push('second')),
    queue.ask('urgent', () => done.push('urgent')),
  ]);
  expect(done).toEqual(['urgent', 'first', 'second', 'background']);
});

test('a request that is cancelled while another is computed is never computed', async () => {
  const queue = new RequestQueue();
  const cancelling = new CancellationTokenSource();
  const done: string[] = [];
  const first = queue.ask('asked', () => {
    done.push('first');
    // The cancel is read after this turn, as from a socket.
    setImmediate(() => cancelling.cancel());
  });
  const second = queue.ask('asked', () => done.push('second'), cancelling.token);
  const third = queue.ask('asked', () => done.push('third'));
  await expect(second).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  await Promise.all([first, third]);
  expect(done).toEqual(['first', 'third']);
});

test('a request that comes cancelled is never computed', async () => {
  const queue = new RequestQueue();
  const cancelling = new CancellationTokenSource();
  cancelling.cancel();
  const asked = queue.ask('asked', () => expect.unreachable(), cancelling.token);
  await expect(asked).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
});

test('each piece of work has a turn to itself, and what waits holds up nobody', async () => {
  const queue = new RequestQueue();
  const done: string[] = [];
  let goOn: () => void = () => undefined;
  const waits = queue.ask('asked', async () => {
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    done.push('waited');
  });
  const fails = queue.ask('asked', () => {
    throw new TypeError('no such thing');
  });
  await expect(fails).rejects.toThrow('no such thing');
  let turns = 0;
  const counting = (async () => {
    while (!done.includes('last')) {
      await aTurn();
      turns += 1;
    }
  })();
  await Promise.all(['a', 'b', 'last'].map((name) => queue.ask('asked', () => done.push(name))));
  await counting;
  expect(turns).toBeGreaterThanOrEqual(3);
  goOn();
  await waits;
  expect(done).toEqual(['a', 'b', 'last', 'waited']);
});
