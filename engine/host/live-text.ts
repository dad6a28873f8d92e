// What the calls of one run have said so far, for readers who come in the middle: a panel that was opened late, a window
// that was reloaded. Nothing of it is recorded; the end of a call makes it worthless.
import type { FollowMessage, Progress } from '../../run/index.ts';

/** The longest text that is kept of a call, in UTF-16 units; of longer ones the end. */
const maxLength = 256 * 1024;

/** The texts under way in one run. */
export class LiveText {
  readonly #texts = new Map<string, Progress>();

  /** Takes note of what was published. */
  absorb(message: FollowMessage): void {
    if (message.type === 'progress') this.#add(message.progress);
    else if (message.type === 'event' && message.event.type === 'call-ended') this.#forget(message.event.path);
  }

  /** One message for each text under way: all that was said so far. */
  soFar(): readonly FollowMessage[] {
    return [...this.#texts.values()].map((progress) => ({ type: 'progress', progress }));
  }

  #add({ type, call, text }: Progress): void {
    const key = `${type}:${call}`;
    const whole = (this.#texts.get(key)?.text ?? '') + text;
    this.#texts.set(key, { type, call, text: whole.slice(-maxLength), soFar: true });
  }

  #forget(call: string): void {
    this.#texts.delete(`text:${call}`);
    this.#texts.delete(`reasoning:${call}`);
  }
}
