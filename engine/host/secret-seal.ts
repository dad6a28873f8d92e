// Takes secrets out of all that is recorded, streamed or logged. Invariants:
//   S1. Every form in which a known secret is likely to come back is replaced: itself, as JSON text, URL-encoded, and
//       base64 wherever it begins in the encoded bytes (as in `Basic` credentials).
//   S2. A secret that is a number is replaced as a number too: JSON has both.
//   S3. A stream gives out no beginning of a secret before it is clear that it is none (chunks may cut it anywhere).
import type { Seal } from '../ports/index.ts';

const mask = '***';
/** Shorter values are words like `none` or `local`: replacing them would destroy texts and protect nothing. */
const minLength = 8;

/** The secrets in use, and how to hide them. */
export class SecretSeal {
  readonly #secrets = new Set<string>();
  /** Longest first, so that no form leaves a piece of a longer one. */
  #forms: readonly string[] = [];
  /** Secrets that JSON may also carry as a number. */
  readonly #numbers = new Set<number>();

  /** Hides a value from now on, for the life of this engine: late answers may still hold it. */
  add(secret: string): void {
    if (secret.length < minLength || this.#secrets.has(secret)) return;
    this.#secrets.add(secret);
    if (String(Number(secret)) === secret) this.#numbers.add(Number(secret));
    this.#forms = [...new Set([...this.#forms, ...formsOf(secret)])].sort((a, b) => b.length - a.length);
  }

  /** Replaces secrets in every string and number inside a JSON value, keys included. Returns the same value if there is none. */
  readonly seal: Seal = (value) => (this.#forms.length === 0 ? value : (this.#sealed(value) as typeof value));

  /** Replaces secrets in a text. */
  readonly sealText = (text: string): string => {
    let sealed = text;
    for (const form of this.#forms) if (sealed.includes(form)) sealed = sealed.replaceAll(form, mask);
    return sealed;
  };

  /** A sealer for one stream of text. */
  stream(): StreamSeal {
    return new StreamSeal(this.sealText, () => this.#forms);
  }

  #sealed(value: unknown): unknown {
    if (typeof value === 'string') return this.sealText(value);
    if (typeof value === 'number') return this.#numbers.has(value) ? mask : value;
    if (Array.isArray(value))
      return sameOr(
        value,
        value.map((item) => this.#sealed(item)),
      );
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const sealed = entries.map(([key, item]) => [this.sealText(key), this.#sealed(item)] as const);
    const isSame = sealed.every(([key, item], at) => key === entries[at]?.[0] && item === entries[at]?.[1]);
    return isSame ? value : Object.fromEntries(sealed);
  }
}

/** Seals a text that comes in pieces. */
export class StreamSeal {
  readonly #sealText: (text: string) => string;
  readonly #forms: () => readonly string[];
  #held = '';

  constructor(sealText: (text: string) => string, forms: () => readonly string[]) {
    this.#sealText = sealText;
    this.#forms = forms;
  }

  /** Takes a piece; gives what may be shown now. What could begin a secret is held back. */
  push(piece: string): string {
    const text = this.#sealText(this.#held + piece);
    const held = Math.max(0, ...this.#forms().map((form) => overlap(text, form)));
    this.#held = text.slice(text.length - held);
    return text.slice(0, text.length - held);
  }

  /** What was held back: the stream has ended, so it is no secret. */
  rest(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }
}

function sameOr(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.every((item, at) => item === before[at]) ? before : after;
}

/** How many characters at the end of `text` are a beginning of `form`, but not all of it. */
function overlap(text: string, form: string): number {
  for (let length = Math.min(form.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(form.slice(0, length))) return length;
  }
  return 0;
}

function formsOf(secret: string): string[] {
  const encoded = [0, 1, 2].map((before) => base64At(secret, before));
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    ...encoded,
    ...encoded.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ...encoded.map((text) => encodeURIComponent(text)),
  ];
  return [...new Set(forms)].filter((form) => form.length >= minLength);
}

/** The base64 characters that a secret alone determines when `before` bytes (modulo 3) stand before it. */
function base64At(secret: string, before: number): string {
  const bytes = Buffer.from(secret, 'utf8');
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}
