import { describe, expect, test } from 'vitest';
import { type Failure, failure, type FollowMessage, type RunEvent } from '../../run/index.ts';
import { Follower } from './follower.ts';

/** A run whose log and reader are under the test's control. */
class Scene {
  readonly log: RunEvent[] = [];
  readonly received: FollowMessage[] = [];
  isLive = true;
  /** Why the run stopped without an end. */
  stopped: Failure | undefined;
  /** While set, the reader takes nothing. */
  blocked: Promise<void> | undefined;
  onRead: () => void = () => undefined;
  readonly follower: Follower;
  readonly done: Promise<void>;

  constructor(fromSeq = 1, recorded = 0) {
    this.record(recorded);
    this.follower = new Follower(fromSeq, {
      read: async (from, limit) => {
        const page = this.log.slice(from - 1, from - 1 + limit);
        this.onRead();
        return page;
      },
      deliver: async (batch) => {
        await this.blocked;
        this.received.push(...batch);
      },
      isLive: () => this.isLive,
      whyStopped: async () => this.stopped,
    });
    this.done = this.follower.run();
  }

  record(count: number): RunEvent[] {
    const first = this.log.length + 1;
    const fresh = Array.from({ length: count }, (_, at) => eventOf(first + at));
    this.log.push(...fresh);
    return fresh;
  }

  publish(count: number): void {
    for (const event of this.record(count)) this.follower.offer({ type: 'event', event });
  }

  progress(text: string): void {
    this.follower.offer({ type: 'progress', progress: { type: 'text', call: 'a/turn[1]#1', text } });
  }

  async finish(): Promise<void> {
    this.isLive = false;
    this.follower.wake();
    await this.done;
  }

  seqs(): number[] {
    return this.received.flatMap((message) => (message.type === 'event' ? [message.event.seq] : []));
  }
}

function eventOf(seq: number): RunEvent {
  return { type: 'cancel-requested', actor: { kind: 'program', via: 'test' }, seq, at: seq };
}

const upTo = (last: number, from = 1): number[] => Array.from({ length: last - from + 1 }, (_, at) => from + at);
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('a follower', () => {
  test('reads a finished run from the log and ends', async () => {
    const scene = new Scene(1, 1234);
    await scene.finish();
    expect(scene.seqs()).toEqual(upTo(1234));
    expect(scene.received.at(-1)).toEqual({ type: 'end' });
  });

  test('says why a run stopped that has not ended', async () => {
    const scene = new Scene(1, 3);
    scene.stopped = failure('disk_full', 'The disk is full.');
    await scene.finish();
    expect(scene.received.at(-1)).toEqual({ type: 'end', failure: scene.stopped });
  });

  test('goes from the log to live without gap or duplicate, wherever the change falls', async () => {
    for (const publishAtRead of [1, 2, 3]) {
      const scene = new Scene(1, 800);
      let reads = 0;
      scene.onRead = () => {
        if (++reads === publishAtRead) scene.publish(7);
      };
      await turn();
      scene.publish(3);
      await turn();
      await scene.finish();
      expect(scene.seqs()).toEqual(upTo(scene.log.length));
    }
  });

  test('begins where the reader wants', async () => {
    const scene = new Scene(790, 800);
    scene.publish(2);
    await scene.finish();
    expect(scene.seqs()).toEqual(upTo(802, 790));
  });

  test('a slow reader loses progress, but no fact', async () => {
    const scene = new Scene();
    await turn();
    let release: () => void = () => undefined;
    scene.blocked = new Promise((resolve) => {
      release = resolve;
    });
    for (let at = 0; at < 10_000; at++) {
      scene.progress(`piece ${at}`);
      if (at % 2 === 0) scene.publish(1);
    }
    await turn();
    scene.blocked = undefined;
    release();
    await turn();
    await scene.finish();
    expect(scene.seqs()).toEqual(upTo(5000));
    expect(scene.received.length).toBeLessThan(10_000);
  });

  test('shows progress between the facts it came between', async () => {
    const scene = new Scene();
    await turn();
    scene.publish(1);
    scene.progress('now');
    scene.publish(1);
    await turn();
    await scene.finish();
    expect(scene.received.map((message) => message.type)).toEqual(['event', 'progress', 'event', 'end']);
  });

  test('stops when closed', async () => {
    const scene = new Scene(1, 3);
    await turn();
    scene.follower.close();
    await scene.done;
    expect(scene.received.some((message) => message.type === 'end')).toBe(false);
  });
});
