// Kill -9 at twenty moments of a run over HTTP. A finished call is never made again; a lost `once` call asks a person
// and is never repeated by itself; the outputs are those of a run that nobody disturbed.
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineError, LastingClient } from '../../client/index.ts';
import { readLock } from '../../client/lock-file.ts';
import type { JsonObject, OpenQuestion, RunEvent, RunId } from '../../run/index.ts';
import { type CountingServer, type Moment, startCountingServer } from './counting-server.ts';
import { kill, newDataDir, newFolder, scripts } from './engines.ts';
import { chainWorkflow, countingConfig, startRequest, startRun, summaryOf } from './workflows.ts';

const taskCount = 20;
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

describe('a run of twenty tasks', () => {
  test('survives twenty kills as if there had been none', { timeout: 120_000 }, async () => {
    const undisturbed = await runChain(scripts.withTools, []);
    server.chats.clear();
    server.bookings.clear();
    const moments = Array.from({ length: taskCount }, (_, at) => momentOf(at + 1));
    const disturbed = await runChain(scripts.withTools, moments);
    expect(disturbed.kills).toBe(taskCount);
    expect(disturbed.outputs).toEqual(undisturbed.outputs);
    expect(repetitionsIn(disturbed.events)).toEqual([]);
    // Five `once` calls, each lost: asked about, not repeated.
    expect(disturbed.asked).toBe(disturbed.events.filter(isLostBooking).length);
    expect(disturbed.asked).toBeGreaterThan(0);
    expect(integrityOf(disturbed.dataDir)).toBe('ok');
  });

  test('shows repeated calls when an effect may come before its intent', { timeout: 120_000 }, async () => {
    const moments = [2, 4].map((number): [string, Moment] => [`t${number}`, 'answered']);
    const disturbed = await runChain(scripts.careless, moments);
    expect(disturbed.kills).toBeGreaterThan(0);
    expect(repetitionsIn(disturbed.events)).not.toEqual([]);
  });
});

/** Before the effect, between effect and outcome, in the middle of the answer, and just after it. */
function momentOf(number: number): [task: string, moment: Moment] {
  const moments: Moment[] =
    number % 4 === 0
      ? ['done-unanswered', 'arrived', 'answered']
      : ['arrived', 'done-unanswered', 'half-answered', 'answered'];
  return [`t${number}`, moments[Math.floor((number - 1) / 4 + number) % moments.length] as Moment];
}

interface Chain {
  readonly dataDir: string;
  readonly outputs: JsonObject | undefined;
  readonly events: readonly RunEvent[];
  readonly kills: number;
  /** Questions about lost calls that were answered. */
  readonly asked: number;
}

/** Runs the chain; kills the engine once at each of the moments. */
async function runChain(engineScript: string, moments: readonly (readonly [string, Moment])[]): Promise<Chain> {
  const workspace = newFolder();
  const dataDir = newDataDir(workspace);
  client = new LastingClient({ dataDir, kind: 'editor', version: '0.0.1', engineScript, execPath: process.execPath });
  const left = new Map(moments);
  let kills = 0;
  server.onMoment = (moment, what) => {
    const task = what.split(' ')[0] ?? '';
    if (left.get(task) !== moment) return false;
    left.delete(task);
    kills++;
    kill(readLock(dataDir)?.pid ?? 0, 'SIGKILL');
    return true;
  };
  const files = { 'chain.segue.yaml': chainWorkflow(server.url), '.segue/config.yaml': countingConfig(server.url) };
  const runId = await startRun(client, await startRequest(workspace, files));
  const asked = await driveToEnd(client, runId);
  const answer = await client.ask({ type: 'events', runId, fromSeq: 1, limit: 1000 });
  const events = answer.type === 'events' ? answer.events : [];
  const end = events.at(-1);
  client.close();
  return { dataDir, outputs: end?.type === 'run-ended' ? end.outputs : undefined, events, kills, asked };
}

/** Answers what a person is asked, by what the office says, until the run has ended. */
async function driveToEnd(client: LastingClient, runId: RunId): Promise<number> {
  const answered = new Set<string>();
  for (;;) {
    const run = await summaryOf(client, runId).catch(noEngine);
    if (run?.endedAt !== undefined) return answered.size;
    const question = run?.questions[0];
    if (question?.question.kind === 'lost_call' && (await settle(client, runId, question))) answered.add(question.id);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Says what became of a lost booking. @returns false when the engine was killed meanwhile, so that nobody knows */
async function settle(client: LastingClient, runId: RunId, { id, task }: OpenQuestion): Promise<boolean> {
  const actor = { kind: 'person', via: 'test' } as const;
  const answer = server.bookings.has(task) ? { answer: 'done', output: { booked: task } } : 'repeat';
  const command = { type: 'answer', actor, question: id, answer, offer: { secrets: [] } } as const;
  const sent = await client.send(runId, command).catch(noEngine);
  return sent !== undefined && (sent.ok || sent.refused.code === 'already_answered');
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

function isLostBooking(event: RunEvent): boolean {
  return event.type === 'call-ended' && event.outcome.status === 'lost' && Number(event.task.slice(1)) % 4 === 0;
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
