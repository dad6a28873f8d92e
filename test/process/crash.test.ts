// Kill -9 at chosen moments of a run over HTTP, each of another kind. A finished call is never made again; a lost `once`
// call asks a person and is never repeated by itself; the outputs are those of a run that nobody disturbed.
//   SEGUE_KILLS=200 vitest run test/process/crash.test.ts      more of them (default 20)
import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineError, LastingClient } from '../../client/index.ts';
import type { JsonObject, OpenQuestion, RunEvent, RunId } from '../../run/index.ts';
import { type CountingServer, startCountingServer } from './counting-server.ts';
import { newDataDir, newFolder, scripts } from './engines.ts';
import { bookings, journeyFiles, modelTasks, numbers, sideBySide } from './journey.ts';
import { type KillKind, killKinds, Killer, type PlannedKill } from './killer.ts';
import { announceFile } from './log-step.ts';
import { countingConfig, startRequest, startRun, summaryOf } from './workflows.ts';

const killsPerRun = 20;
const runs = Math.ceil(Number(process.env['SEGUE_KILLS'] ?? killsPerRun) / killsPerRun);
/** For hangs: an engine starts at every kill. */
const timeout = 60_000 + runs * killsPerRun * 15_000;

let server: CountingServer;
let client: LastingClient | undefined;

beforeEach(async () => {
  server = await startCountingServer();
});
afterEach(async () => {
  client?.close();
  client = undefined;
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

interface Journey {
  readonly dataDir: string;
  readonly outputs: JsonObject | undefined;
  readonly events: readonly RunEvent[];
  readonly kills: ReadonlyMap<KillKind, number>;
  /** Kills that did not come to pass. */
  readonly left: readonly PlannedKill[];
}

/** Runs the workflow; kills the engine as planned. @param isOver tells that enough was seen before its end */
async function makeJourney(
  engineScript: string,
  plan: readonly PlannedKill[],
  isOver: () => boolean = () => false,
): Promise<Journey> {
  const workspace = newFolder();
  const dataDir = newDataDir(workspace);
  server.chats.clear();
  server.bookings.clear();
  const killer = new Killer(dataDir, plan);
  server.onMoment = (moment, what) => killer.atCall(moment, what);
  server.onLogStep = (step) => killer.atLog(step);
  const files = { ...journeyFiles(server.url), '.segue/config.yaml': countingConfig(server.url) };
  const request = await startRequest(workspace, files);
  writeFileSync(join(dirname(dataDir), announceFile), server.url);
  client = new LastingClient({ dataDir, kind: 'editor', version: '0.0.1', engineScript, execPath: process.execPath });
  const runId = await startRun(client, request);
  await driveToEnd(client, runId, isOver);
  const answer = await client.ask({ type: 'events', runId, fromSeq: 1, limit: 1000 });
  const events = answer.type === 'events' ? answer.events : [];
  const end = events.at(-1);
  client.close();
  const outputs = end?.type === 'run-ended' ? end.outputs : undefined;
  return { dataDir, outputs, events, kills: killer.counts, left: killer.left };
}

/** Answers what a person is asked, by what the office says, until the run has ended. */
async function driveToEnd(client: LastingClient, runId: RunId, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const run = await summaryOf(client, runId).catch(noEngine);
    if (run?.endedAt !== undefined) return;
    const question = run?.questions[0];
    if (question?.question.kind === 'lost_call') await settle(client, runId, question);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Says what became of a lost booking. If the engine is killed meanwhile, the question is still there, or the answer is. */
async function settle(client: LastingClient, runId: RunId, { id, task }: OpenQuestion): Promise<void> {
  const actor = { kind: 'person', via: 'test' } as const;
  const answer = server.bookings.has(task) ? { answer: 'done', output: { booked: task } } : 'repeat';
  const command = { type: 'answer', actor, question: id, answer, offer: { secrets: [] } } as const;
  await client.send(runId, command).catch(noEngine);
}

/** Engines are killed faster than they start: the next one may answer. */
function noEngine(error: unknown): undefined {
  if (error instanceof EngineError && /^engine_(gone|start_failed)$/.test(error.failure.code)) return undefined;
  throw error;
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

/** Asks SQLite itself, on a copy of the database with its write-ahead log. */
function integrityOf(dataDir: string): unknown {
  const copy = newFolder();
  for (const name of readdirSync(dataDir)) {
    if (/\.db(-wal)?$/.test(name)) copyFileSync(join(dataDir, name), join(copy, name));
  }
  const name = readdirSync(copy).find((file) => file.endsWith('.db')) ?? '';
  expect(existsSync(join(copy, name))).toBe(true);
  const database = new DatabaseSync(join(copy, name));
  try {
    return database.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
  } finally {
    database.close();
  }
}
