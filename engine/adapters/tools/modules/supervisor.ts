// The process that runs one job of a module, and ends with it. The code of the module runs in a thread beside this one,
// so that this one is always free. Invariants:
//   V1. One answer for each job, whatever the code does: loops, throws later, exits, takes all memory.
//   V2. When the engine is gone, so is this process, with all that it started: the pipe's end says so.
import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { wordsOf } from './error-words.ts';
import { type ModuleAnswer, type ModuleError, type ModuleJob, pipeNumber } from './messages.ts';

const heapMegabytes = 512;
/** Buffers lie outside the heap, where nothing bounds them: all memory of the process is looked at. */
const mostResidentBytes = 1024 * 1024 * 1024;
const lookEveryMs = 25;

/** Takes a job from the pipe and does it. @param script the file that this process runs; its thread runs the same */
export function supervise(script: string): void {
  // It was for this process only; a program that the module starts must not inherit it.
  delete process.env['ELECTRON_RUN_AS_NODE'];
  offerToBeEndedFirst();
  // A pipe that nobody reads any more, too, makes an error that nobody catches.
  process.on('uncaughtException', endAll);
  const pipe = new Socket({ fd: pipeNumber, readable: true, writable: true });
  pipe.on('error', endAll).on('close', endAll).on('end', endAll);
  let worker: Worker | undefined;
  createInterface({ input: pipe }).on('line', (line) => {
    if (worker) worker.postMessage('cancel');
    else worker = begin(script, JSON.parse(line) as ModuleJob, pipe);
  });
}

function begin(script: string, job: ModuleJob, pipe: Socket): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: heapMegabytes };
  const worker = new Worker(script, { workerData: job, resourceLimits });
  let isAnswered = false;
  const answer = (what: ModuleAnswer): void => {
    if (isAnswered) return;
    isAnswered = true;
    // The engine ends this process when it has read the answer.
    pipe.write(`${JSON.stringify(what)}\n`);
  };
  const fail = (error: ModuleError): void => answer({ type: 'failed', error });
  worker.on('message', answer);
  worker.on('error', (error) => fail(errorOf(error)));
  worker.on('exit', (code) => fail(endOf(code)));
  setInterval(() => {
    if (process.memoryUsage.rss() > mostResidentBytes) fail(outOfMemory(mostResidentBytes / 1024 / 1024));
  }, lookEveryMs);
  return worker;
}

function errorOf(error: unknown): ModuleError {
  const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isMemory ? outOfMemory(heapMegabytes) : { code: 'threw', message: wordsOf(error) };
}

function outOfMemory(megabytes: number): ModuleError {
  return { code: 'out_of_memory', message: `it needs more than ${megabytes} MB of memory` };
}

/** The thread is over, and has said nothing. Node ends with 13 when what is awaited can never come. */
function endOf(code: number): ModuleError {
  const why = code === 0 || code === 13 ? 'nothing was left that could still give one' : `exit code ${code}`;
  return { code: 'ended', message: `it ended without a result (${why})` };
}

/** Where memory runs out before it is looked at, Linux ends this process and not the engine. */
function offerToBeEndedFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Another system has no such file.
  }
}

/** Ends this process and all that was started in it; nothing it holds needs to be closed. */
function endAll(): void {
  // The engine starts each process as the head of a group, where the system knows groups.
  if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL');
  process.kill(process.pid, 'SIGKILL');
}
