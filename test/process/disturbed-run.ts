// A run over HTTP whose engine may be killed at any moment: it is driven to its end, whatever happens to it.
import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { EngineError, LastingClient } from '../../client/index.ts';
import type { JsonObject, OpenQuestion, RunEvent, RunId } from '../../run/index.ts';
import type { CountingServer, Moment } from './counting-server.ts';
import { newDataDir, newFolder } from './engines.ts';
import { announceFile, type LogStep } from './log-step.ts';
import { countingConfig, startRequest, startRun, summaryOf } from './workflows.ts';

/** Somebody who is told what happens. Where they return true, it does not go on: they have killed the engine. */
export interface Disturber {
  atCall(moment: Moment, what: string): boolean;
  atLog(step: LogStep): boolean;
}

export interface DisturbedRun {
  readonly dataDir: string;
  /** Undefined if the run has not completed. */
  readonly outputs: JsonObject | undefined;
  readonly events: readonly RunEvent[];
}

export interface Disturbance {
  readonly engineScript: string;
  /** @param dataDir where its engines are */
  readonly disturber: (dataDir: string) => Disturber;
  /** Tells that enough was seen before its end. */
  readonly isOver?: () => boolean;
}

/** Runs a workflow against a server, which counts from now on. @param files by their paths; the first is the workflow */
export async function runDisturbed(
  server: CountingServer,
  files: { readonly [path: string]: string },
  { engineScript, disturber: disturberOf, isOver = () => false }: Disturbance,
): Promise<DisturbedRun> {
  const workspace = newFolder();
  const dataDir = newDataDir(workspace);
  server.chats.clear();
  server.bookings.clear();
  const disturber = disturberOf(dataDir);
  server.onMoment = (moment, what) => disturber.atCall(moment, what);
  server.onLogStep = (step) => disturber.atLog(step);
  const request = await startRequest(workspace, { ...files, '.segue/config.yaml': countingConfig(server.url) });
  writeFileSync(join(dirname(dataDir), announceFile), server.url);
  const options = { dataDir, kind: 'editor', version: '0.0.1', engineScript, execPath: process.execPath } as const;
  const client = new LastingClient(options);
  try {
    const runId = await startRun(client, request);
    await driveToEnd(server, client, runId, isOver);
    const answer = await client.ask({ type: 'events', runId, fromSeq: 1, limit: 2000 });
    const events = answer.type === 'events' ? answer.events : [];
    const end = events.at(-1);
    return { dataDir, outputs: end?.type === 'run-ended' ? end.outputs : undefined, events };
  } finally {
    client.close();
  }
}

/** Answers what a person is asked, by what the office says, until the run has ended. */
async function driveToEnd(
  server: CountingServer,
  client: LastingClient,
  runId: RunId,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const run = await summaryOf(client, runId).catch(noEngine);
    if (run?.endedAt !== undefined) return;
    const question = run?.questions[0];
    if (question?.question.kind === 'lost_call') await settle(server, client, runId, question);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Says what became of a lost booking. If the engine is killed meanwhile, the question is still there, or the answer is. */
async function settle(
  server: CountingServer,
  client: LastingClient,
  runId: RunId,
  { id, question }: OpenQuestion,
): Promise<void> {
  const input = question.kind === 'lost_call' ? question.input : null;
  const name = String(Object(input)['name']);
  const actor = { kind: 'person', via: 'test' } as const;
  const answer = server.bookings.has(name) ? { answer: 'done', output: { booked: name } } : 'repeat';
  const command = { type: 'answer', actor, question: id, answer, offer: { secrets: [] } } as const;
  await client.send(runId, command).catch(noEngine);
}

/** Engines are killed faster than they start: the next one may answer. */
function noEngine(error: unknown): undefined {
  if (error instanceof EngineError && /^engine_(gone|start_failed)$/.test(error.failure.code)) return undefined;
  throw error;
}

/** Asks SQLite itself, on a copy of the database with its write-ahead log. */
export function integrityOf(dataDir: string): unknown {
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
