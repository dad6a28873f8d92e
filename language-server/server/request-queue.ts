// The order of work. Each piece has a turn of the event loop to itself, and a turn begins only when everything that has
// come in meanwhile is read: so a cancel is seen before the work that it cancels, and what is urgent passes what is not.
import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';

/** From first to last: what somebody waits for with a finger on a key, what was asked, what nobody asked. */
const urgencies = ['urgent', 'asked', 'background'] as const;
export type Urgency = (typeof urgencies)[number];

/** Work of which people notice that it holds up an answer. */
const longMs = 50;
/**
 * A message that has arrived is handed on by the library a turn of the event loop later, and the one behind it a turn
 * after that. When this many have passed and nobody has asked or cancelled, everything is read that was there.
 */
const quietTurns = 4;
/** Time enough for an editor to hear an answer and ask again. */
const breathMs = 10;

interface Piece {
  readonly begin: () => void;
}

export class RequestQueue {
  readonly #waiting: { readonly [urgency in Urgency]: Set<Piece> } = {
    urgent: new Set(),
    asked: new Set(),
    background: new Set(),
  };
  #isTurnComing = false;
  #quiet = 0;
  #wasLong = false;

  /**
   * Works when its turn has come; while it waits for something itself, others have theirs.
   * @param token a request that is cancelled before its turn is never computed: it ends with `RequestCancelled`
   */
  ask<T>(urgency: Urgency, work: () => T | Promise<T>, token?: CancellationToken): Promise<T> {
    return new Promise((resolve, reject) => {
      const refuse = () => reject(new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.'));
      if (token?.isCancellationRequested) return refuse();
      const waiting = this.#waiting[urgency];
      const cancelling = token?.onCancellationRequested(() => {
        this.#quiet = 0;
        if (waiting.delete(piece)) refuse();
      });
      const piece: Piece = {
        begin: () => {
          cancelling?.dispose();
          void tried(work).then(resolve, reject);
        },
      };
      waiting.add(piece);
      this.#quiet = 0;
      this.#comeToTurn();
    });
  }

  #comeToTurn(): void {
    if (this.#isTurnComing) return;
    this.#isTurnComing = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isTurnComing = false;
    this.#quiet += 1;
    if (this.#quiet < quietTurns) this.#comeToTurn();
    else this.#workOnFirst();
  }

  #workOnFirst(): void {
    const urgency = urgencies.find((one) => this.#waiting[one].size > 0);
    if (urgency === undefined) return;
    if (urgency === 'background' && this.#wasLong) this.#takeBreath();
    else this.#work(this.#waiting[urgency]);
  }

  #work(waiting: Set<Piece>): void {
    const [piece] = waiting;
    if (!piece) return;
    waiting.delete(piece);
    const beganMs = performance.now();
    piece.begin();
    this.#wasLong = performance.now() - beganMs > longMs;
    this.#quiet = 0;
    this.#comeToTurn();
  }

  #takeBreath(): void {
    this.#wasLong = false;
    setTimeout(() => this.#comeToTurn(), breathMs);
  }
}

async function tried<T>(work: () => T | Promise<T>): Promise<T> {
  return work();
}
