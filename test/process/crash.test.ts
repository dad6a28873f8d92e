// Kill -9 at chosen moments of a run over HTTP, each of another kind. A finished call is never made again; a lost `once`
// call asks a person and is never repeated by itself; the outputs are those of a run that nobody disturbed.
//   SEGUE_KILLS=200 vitest run test/process/crash.test.ts      more of them (default 20)
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../run/index.ts';
import { type CountingServer, startCountingServer } from './counting-server.ts';
import { type DisturbedRun, integrityOf, runDisturbed } from './disturbed-run.ts';
import { scripts } from './engines.ts';
import { bookings, journeyFiles, modelTasks, numbers, sideBySide } from './journey.ts';
import { type KillKind, killKinds, Killer, type PlannedKill } from './killer.ts';

const killsPerRun = 20;
const runs = Math.ceil(Number(process.env['SEGUE_KILLS'] ?? killsPerRun) / killsPerRun);
/** For hangs: an engine starts at every kill. */
const timeout = 60_000 + runs * killsPerRun * 15_000;

let server: CountingServer;

beforeEach(async () => {
  server = await startCountingServer();
});
afterEach(async () => {
  await server.close();
});

describe('a run of thirty model tasks', () => {
  test(`survives ${runs * killsPerRun} kills as if there had been none`, { timeout }, async () => {
    const undisturbed = await makeJourney(scripts.announcing, []);
    expect(modelTasks).toHaveLength(30);
    expect(new Set([...server.chats.keys()].map((prompt) => prompt.split(' ')[0]))).toEqual(new Set(modelTasks));
    const counts = new Map<KillKind, number>();
    for (let number = 0; number < runs; number += 1) {
      const disturbed = await makeJourney(scripts.announcing, planOf(number));
      expect(disturbed.left).toEqual([]);
      expect(disturbed.outputs).toEqual(undisturbed.outputs);
      expect(repetitionsIn(disturbed.events)).toEqual([]);
      // Lost bookings are asked about, not repeated.
      expect(disturbed.events.filter(isQuestionAboutLost)).toHaveLength(disturbed.events.filter(isLostBooking).length);
      expect(integrityOf(disturbed.dataDir)).toBe('ok');
      for (const [kind, count] of disturbed.kills) counts.set(kind, (counts.get(kind) ?? 0) + count);
    }
    console.log(`kills: ${killKinds.map((kind) => `${kind} ${counts.get(kind) ?? 0}`).join(', ')}`);
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(runs * killsPerRun);
    for (const kind of killKinds) expect(counts.get(kind), kind).toBeGreaterThanOrEqual((runs * killsPerRun) / 10);
  });

  test('shows repeated calls when an effect may come before its intent', { timeout }, async () => {
    const plan = ['link2', 'link5'].map((task): PlannedKill => ({ task, at: 'answered' }));
    const isSeen = (): boolean => [...server.chats.values()].some((times) => times > 1);
    const disturbed = await makeJourney(scripts.careless, plan, isSeen);
    expect(repetitionsIn(disturbed.events)).not.toEqual([]);
  });
});

/**
 * Five calls in which the engine is killed, and the next one while it takes up the run; and ten tasks before or after the
 * end of which is recorded. Those have nothing beside them: what goes on beside a kill may be recorded unseen. Each run
 * takes other tasks.
 */
function planOf(run: number): readonly PlannedKill[] {
  const inCall = ['arrived', 'done-unanswered', 'half-answered'] as const;
  const resuming = ['reading', 'recording', 'recorded'] as const;
  const alone = [...modelTasks.filter((task) => !sideBySide.includes(task)), ...bookings];
  const all = [...sideBySide, ...alone];
  const calls = numbers(0, 5).map((index): PlannedKill => {
    const task = all[(7 * index + 5 * run) % all.length] ?? '';
    // A booking has no half of an answer.
    const moments = bookings.includes(task) ? inCall.slice(0, 2) : inCall;
    const at = moments[(index + run) % moments.length] ?? 'arrived';
    return { task, at, again: resuming[(index + 2 * run) % resuming.length] ?? 'reading' };
  });
  // A booking that was lost may be settled by a person: then its call has no end to be killed at.
  const others = alone.filter((task) => !calls.some((call) => call.task === task));
  const ends = numbers(0, 10).map((index): PlannedKill => {
    const task = others[(2 * index + 3 * run) % others.length] ?? '';
    return { task, at: index % 2 === 0 ? 'recording' : 'recorded' };
  });
  return [...calls, ...ends];
}

interface Journey extends DisturbedRun {
  readonly kills: ReadonlyMap<KillKind, number>;
  /** Kills that did not come to pass. */
  readonly left: readonly PlannedKill[];
}

/** Runs the workflow; kills the engine as planned. @param isOver tells that enough was seen before its end */
async function makeJourney(
  engineScript: string,
  plan: readonly PlannedKill[],
  isOver?: () => boolean,
): Promise<Journey> {
  let killer: Killer | undefined;
  const disturber = (dataDir: string): Killer => (killer = new Killer(dataDir, plan));
  const disturbance = { engineScript, disturber, ...(isOver && { isOver }) };
  const run = await runDisturbed(server, journeyFiles(server.url), disturbance);
  return { ...run, kills: killer?.counts ?? new Map(), left: killer?.left ?? plan };
}

/** What was done more often than it was lost: a repetition of something finished. */
function repetitionsIn(events: readonly RunEvent[]): string[] {
  const lost = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'call-ended' && event.outcome.status === 'lost') {
      lost.set(event.task, (lost.get(event.task) ?? 0) + 1);
    }
  }
  const chats = [...server.chats].map(([prompt, times]) => ({ task: prompt.split(' ')[0] ?? '', times }));
  const repeatedChats = chats.filter(({ task, times }) => times > 1 + (lost.get(task) ?? 0));
  const repeatedBookings = [...server.bookings].filter(([, times]) => times > 1);
  return [
    ...repeatedChats.map(({ task, times }) => `${task}: ${times} requests`),
    ...repeatedBookings.map(([task, times]) => `${task}: booked ${times} times`),
  ];
}

function isQuestionAboutLost(event: RunEvent): boolean {
  return event.type === 'question-asked' && event.question.kind === 'lost_call';
}

function isLostBooking(event: RunEvent): boolean {
  return event.type === 'call-ended' && event.outcome.status === 'lost' && bookings.includes(event.task);
}
