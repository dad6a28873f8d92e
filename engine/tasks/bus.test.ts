import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMessage,
  type Bus,
  channelOf,
  droppedFor,
  maxHeld,
  maxTopics,
  isTopicTooMany,
  newBus,
  takeMessages,
  unread,
} from './bus.ts';

interface Sent {
  readonly to?: string;
  readonly topic?: string;
  readonly from?: string;
  readonly priority?: number;
}

/** Sends messages one after the other; gives the numbers of those that were thrown away. */
function sendAll(bus: Bus, all: readonly Sent[], first = 1): readonly number[] {
  return all.flatMap(({ from = 'ann', priority = 5, ...place }, index) => {
    const message = { number: first + index, priority, from, content: { text: 't' }, ...place };
    const dropped = droppedFor(bus, message);
    addMessage(bus, message, dropped);
    return dropped === undefined ? [] : [dropped];
  });
}

function read(bus: Bus, reader: string, topic?: string, max = 100): readonly number[] {
  const numbers = unread(bus, reader, topic, max).messages.map(({ number }) => number);
  takeMessages(bus, reader, topic, numbers);
  return numbers;
}

const many = (count: number, priority: number): readonly Sent[] =>
  Array.from({ length: count }, () => ({ to: 'ben', priority }));

describe('a full channel', () => {
  it('throws away the oldest of its lowest priority', () => {
    const bus = newBus();
    sendAll(bus, [...many(1, 9), ...many(2, 3), ...many(maxHeld - 3, 5)]);
    expect(sendAll(bus, many(3, 4), maxHeld + 1)).toEqual([2, 3, maxHeld + 1]);
    expect(bus.channels.get('to ben')?.size).toBe(maxHeld);
  });

  it('throws away the new one, if that is the lowest', () => {
    const bus = newBus();
    sendAll(bus, many(maxHeld, 5));
    expect(sendAll(bus, many(1, 4), maxHeld + 1)).toEqual([maxHeld + 1]);
    expect(unread(bus, 'ben', undefined, 1).left).toBe(maxHeld - 1);
  });

  it('has room again when its reader has read', () => {
    const bus = newBus();
    sendAll(bus, many(maxHeld, 5));
    expect(read(bus, 'ben')).toHaveLength(100);
    expect(sendAll(bus, many(100, 0), maxHeld + 1)).toEqual([]);
  });

  it('of a topic keeps what was read for others, until there is no room', () => {
    const bus = newBus();
    const news = Array.from({ length: maxHeld }, () => ({ topic: 'news' }));
    sendAll(bus, news);
    expect(read(bus, 'ben', 'news', 3)).toEqual([1, 2, 3]);
    expect(sendAll(bus, [{ topic: 'news' }], maxHeld + 1)).toEqual([1]);
    expect(read(bus, 'ben', 'news', 1)).toEqual([4]);
    expect(read(bus, 'cleo', 'news', 1)).toEqual([2]);
  });
});

describe('the record', () => {
  it('can not let anybody read what is not there, or read it again', () => {
    const bus = newBus();
    sendAll(bus, [{ to: 'ben' }, { topic: 'news' }, { topic: 'news' }]);
    expect(read(bus, 'ben')).toEqual([1]);
    expect(() => takeMessages(bus, 'ben', undefined, [1])).toThrow(/not there/);
    expect(read(bus, 'ben', 'news')).toEqual([2, 3]);
    expect(() => takeMessages(bus, 'ben', 'news', [2])).toThrow(/not there/);
    expect(() => takeMessages(bus, 'ben', 'news', [7])).toThrow(/not there/);
  });
});

it('there are not too many topics', () => {
  const bus = newBus();
  sendAll(
    bus,
    Array.from({ length: maxTopics }, (_, index) => ({ topic: `t${index}` })),
  );
  expect([
    isTopicTooMany(bus, { topic: 't0' }),
    isTopicTooMany(bus, { topic: 'new' }),
    isTopicTooMany(bus, {}),
  ]).toEqual([false, true, false]);
});

describe('whatever is sent and read', () => {
  const step = fc.record({
    reads: fc.boolean(),
    who: fc.constantFrom('ann', 'ben'),
    place: fc.constantFrom({}, { to: 'ann' }, { to: 'ben' }, { topic: 'news' }),
    priority: fc.nat({ max: 9 }),
    max: fc.integer({ min: 1, max: 4 }),
  });

  it('each gets each of theirs once, the most urgent first', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const bus = newBus();
        const open = new Map<string, { number: number; priority: number }[]>();
        let number = 0;
        for (const { reads, who, place, priority, max } of steps) {
          const topic = 'topic' in place ? place.topic : undefined;
          if (!reads) {
            number += 1;
            sendAll(bus, [{ ...place, from: who, priority }], number);
            for (const reader of ['ann', 'ben']) {
              const isFor = 'to' in place ? place.to === reader : who !== reader;
              const key = `${reader} ${topic}`;
              if (isFor) open.set(key, [...(open.get(key) ?? []), { number, priority }]);
            }
            continue;
          }
          const waiting = (open.get(`${who} ${topic}`) ?? []).toSorted(
            (a, b) => b.priority - a.priority || a.number - b.number,
          );
          expect(unread(bus, who, topic, max).left).toBe(Math.max(0, waiting.length - max));
          expect(read(bus, who, topic, max)).toEqual(waiting.slice(0, max).map((one) => one.number));
          open.set(`${who} ${topic}`, waiting.slice(max));
        }
      }),
    );
  });
});

it('channels have names that can not be mixed up', () => {
  const names = [{}, { to: 'all' }, { topic: 'all' }, { topic: 'to all' }].map(channelOf);
  expect(new Set(names).size).toBe(names.length);
});
