// The calculator: one thread that is started when first needed, asked one question at a time, and ended when a question
// takes too long or too much. The next question starts a new one.
import { Worker } from 'node:worker_threads';
import { type Failure, failure, type Outcome } from '../../../run/index.ts';
import type { CalculatorAnswer, CalculatorQuestion } from './calculator-messages.ts';

/** How long one expression may take. */
const DEADLINE_MS = 1000;
/** How long the thread may take to load; slow disks are not the expression's fault. */
const START_DEADLINE_MS = 30_000;
const MEMORY_MB = 128;
/** A thread that nobody needs is ended, for it holds some 40 MB. */
const IDLE_MS = 60_000;

export class Calculator {
  readonly #file: string | URL;
  #worker: Worker | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  /** @param file the code of the thread (`calculator-worker`) */
  constructor(file: string | URL) {
    this.#file = file;
  }

  /**
   * Evaluates an expression. @returns `{result}`: a number, or a text for what is none; or a failure with
   * `invalid_expression`, `calculation_too_long` or `calculation_too_large`. After an abort: cancelled.
   */
  evaluate(expression: string, signal: AbortSignal): Promise<Outcome> {
    const outcome = this.#queue.then(() => this.#ask(expression, signal));
    this.#queue = outcome;
    return outcome;
  }

  /** Ends the thread. A question that comes later starts a new one. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #ask(expression: string, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return { status: 'cancelled' };
    clearTimeout(this.#idle);
    try {
      const worker = (this.#worker ??= await started(this.#file));
      const answer = await answerOf(worker, { id: ++this.#lastId, expression }, signal);
      this.#restLater();
      return outcomeOf(answer);
    } catch (thrown) {
      await this.close();
      if (signal.aborted) return { status: 'cancelled' };
      return { status: 'failed', error: failureOf(thrown) };
    }
  }

  #restLater(): void {
    this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
  }
}

async function started(file: string | URL): Promise<Worker> {
  const limits = { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };
  const worker = new Worker(file, { resourceLimits: limits, env: {}, stdout: true, stderr: true });
  worker.unref();
  // Out of memory just after its deadline, the thread fails with nobody waiting any more: an error without a listener
  // would end the whole engine, and `terminate` would never come back.
  worker.on('error', ignoreLateError);
  try {
    await nextMessage(worker, START_DEADLINE_MS);
    return worker;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

/** Whoever waits for an answer hears of the error; one that comes later says nothing new. */
function ignoreLateError(): void {}

async function answerOf(worker: Worker, question: CalculatorQuestion, signal: AbortSignal): Promise<CalculatorAnswer> {
  const answer = nextMessage(worker, DEADLINE_MS, signal);
  worker.postMessage(question);
  return answer;
}

/** Waits for what the thread says next; rejects with why it will say nothing. */
function nextMessage(worker: Worker, deadlineMs: number, signal?: AbortSignal): Promise<CalculatorAnswer> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const onMessage = (message: CalculatorAnswer) => end(() => resolve(message));
    const onError = (error: unknown) => end(() => reject(error));
    const onExit = () => end(() => reject(new Error('the calculator ended')));
    const onAbort = () => end(() => reject(new Error('cancelled')));
    const timer = setTimeout(() => end(() => reject(new TookTooLong())), deadlineMs);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    signal?.addEventListener('abort', onAbort);
  });
}

class TookTooLong extends Error {}

function outcomeOf(answer: CalculatorAnswer): Outcome {
  if ('result' in answer) return { status: 'completed', output: { result: answer.result } };
  const error = failure('invalid_expression', `The expression can not be evaluated: ${answer.problem}.`, {
    remedy: 'Write plain mathematics, such as `(3 + 4) * 12` or `12.5 cm to inch`.',
  });
  return { status: 'failed', error };
}

function failureOf(thrown: unknown): Failure {
  const remedy = 'Ask for something smaller.';
  if (thrown instanceof TookTooLong) {
    return failure('calculation_too_long', `The calculation took longer than ${DEADLINE_MS / 1000} s.`, { remedy });
  }
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return failure('calculation_too_large', `The calculation needs more than ${MEMORY_MB} MB.`, { remedy });
  }
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return failure('calculator_failed', `The calculator failed: ${words}.`, { retryable: true });
}
