// Kill -9 at random moments inside each pattern, over HTTP. A finished call is never made again, and what comes out is
// what comes out of a run that nobody disturbed.
//   SEGUE_KILLS=50 vitest run test/process/pattern-crash.test.ts     so many for each pattern (default 3)
//   SEGUE_SEED=7                                                     other moments
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../run/index.ts';
import { roll } from '../simulation/random.ts';
import { type CountingServer, startCountingServer } from './counting-server.ts';
import { type DisturbedRun, type Disturber, integrityOf, runDisturbed } from './disturbed-run.ts';
import { scripts } from './engines.ts';
import { Killer } from './killer.ts';
import { neverAnswered, type PatternJourney, patternFiles, patternJourneys, replyIn } from './pattern-journeys.ts';
import { type Chances, killMoments, RandomKiller } from './random-killer.ts';

const wanted = Number(process.env['SEGUE_KILLS'] ?? 3);
const seed = Number(process.env['SEGUE_SEED'] ?? 1);
const killsPerRun = 5;
/** For hangs: an engine starts at every kill. */
const timeout = 60_000 + wanted * 15_000;

let server: CountingServer;

beforeEach(async () => {
  server = await startCountingServer();
});
afterEach(() => server.close());

describe('inside a pattern', () => {
  test.each(Object.entries(patternJourneys))(
    `${wanted} kills change nothing: %s`,
    { timeout },
    async (name, journey) => {
      const undisturbed = await killedRun(journey, { seed, kills: 0, maxGap: 1 });
      expect(journey.shows(undisturbed.events)).toBe(true);
      expect(undisturbed.outputs).toBeDefined();
      const counts = new Map<string, number>();
      let kills = 0;
      for (let run = 1; kills < wanted; run += 1) {
        const left = Math.min(killsPerRun, wanted - kills);
        const maxGap = Math.floor((2 * undisturbed.killer.seen) / (left + 1));
        const chances = { seed: Math.floor(roll(name, run, seed) * 2 ** 32), kills: left, maxGap };
        const disturbed = await killedRun(journey, chances);
        expect(disturbed.outputs).toEqual(undisturbed.outputs);
        expect(tasksIn(disturbed.events)).toEqual(tasksIn(undisturbed.events));
        expect(repetitionsIn(disturbed.events)).toEqual([]);
        expect(integrityOf(disturbed.dataDir)).toBe('ok');
        kills += disturbed.killer.kills;
        for (const [moment, count] of disturbed.killer.counts) counts.set(moment, (counts.get(moment) ?? 0) + count);
      }
      console.log(`${name}, ${kills} kills: ${killMoments.map((one) => `${one} ${counts.get(one) ?? 0}`).join(', ')}`);
    },
  );

  test('a repeated call is seen when an effect may come before its intent', { timeout }, async () => {
    const isSeen = (): boolean => [...server.chats.values()].some((times) => times > 1);
    const journey = patternJourneys['reflect'] as PatternJourney;
    server.replyTo = (prompt, asked) => replyIn(journey, prompt, asked);
    const disturbed = await runDisturbed(server, patternFiles(journey, server.url), {
      engineScript: scripts.careless,
      disturber: (dataDir) => new Killer(dataDir, [{ task: 'Judge', at: 'answered' }]),
      isOver: isSeen,
    });
    expect(repetitionsIn(disturbed.events)).not.toEqual([]);
  });
});

async function killedRun(
  journey: PatternJourney,
  chances: Chances,
): Promise<DisturbedRun & { readonly killer: RandomKiller }> {
  server.replyTo = (prompt, asked) => replyIn(journey, prompt, asked);
  let killer: RandomKiller | undefined;
  const run = await runDisturbed(server, patternFiles(journey, server.url), {
    engineScript: scripts.announcing,
    disturber: (dataDir) => withSilence((killer = new RandomKiller(dataDir, chances))),
  });
  if (!killer) throw new Error('nobody was there to kill an engine');
  return { ...run, killer };
}

/** Some are never answered. */
function withSilence(killer: RandomKiller): Disturber {
  return {
    atCall: (moment, what) => killer.atCall(moment) || what.includes(neverAnswered),
    atLog: (step) => killer.atLog(step),
  };
}

/** How each task ended, and with what. */
function tasksIn(events: readonly RunEvent[]): { readonly [path: string]: string } {
  const ends = events.filter((event) => event.type === 'task-ended');
  return Object.fromEntries(ends.map(({ path, status, output }) => [path, `${status} ${JSON.stringify(output)}`]));
}

/** What was asked for more often than it was lost: a repetition of something finished. */
function repetitionsIn(events: readonly RunEvent[]): string[] {
  const leave = new Map<string, number>();
  const askedBy = new Map<string, string>();
  const slots = new Set<string>();
  for (const event of events) {
    if (event.type === 'call-started' && event.request.kind === 'model') {
      const asked = event.request.messages.at(-1)?.content ?? askedBy.get(slotOf(event.path)) ?? '';
      askedBy.set(slotOf(event.path), asked);
      // Another place may ask the same.
      if (!slots.has(slotOf(event.path))) leave.set(asked, (leave.get(asked) ?? 0) + 1);
      slots.add(slotOf(event.path));
    }
    const asked = event.type === 'call-ended' && event.outcome.status === 'lost' && askedBy.get(slotOf(event.path));
    if (asked) leave.set(asked, (leave.get(asked) ?? 0) + 1);
  }
  return [
    ...[...server.chats]
      .filter(([asked, times]) => times > (leave.get(asked) ?? 0))
      .map(([asked, times]) => `${times} times: ${asked}`),
    ...[...server.bookings].filter(([, times]) => times > 1).map(([name, times]) => `${times} times: booking ${name}`),
    ...finishedTwice(events),
  ];
}

/** Calls that were made again although they had an answer. */
function finishedTwice(events: readonly RunEvent[]): string[] {
  const finished = events.flatMap((event) =>
    (event.type === 'call-ended' || event.type === 'call-answered') && event.outcome.status === 'completed'
      ? [slotOf(event.path)]
      : [],
  );
  return finished.filter((slot, index) => finished.indexOf(slot) < index).map((slot) => `answered twice: ${slot}`);
}

function slotOf(call: string): string {
  return call.slice(0, call.lastIndexOf('#'));
}
