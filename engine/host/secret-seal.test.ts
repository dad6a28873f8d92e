import { describe, expect, test } from 'vitest';
import { SecretSeal } from './secret-seal.ts';

const secret = 'sk-canary/"47+é';

function sealed(): SecretSeal {
  const seal = new SecretSeal();
  seal.add(secret);
  return seal;
}

describe('a value', () => {
  test('loses the secret in texts, lists, maps and keys', () => {
    const value = { a: [`Bearer ${secret}`, 1, null], [secret]: { deep: secret } };
    expect(sealed().seal(value)).toEqual({ a: ['Bearer ***', 1, null], '***': { deep: '***' } });
  });

  test('loses a secret that is a number', () => {
    const seal = new SecretSeal();
    seal.add('1234567890');
    const value = { list: [1234567890, 12345678901, 1], text: 'pin 1234567890' };
    expect(seal.seal(value)).toEqual({ list: ['***', 12345678901, 1], text: 'pin ***' });
  });

  test('without a secret is the same object', () => {
    const value = { a: ['text', { b: 1 }] };
    expect(sealed().seal(value)).toBe(value);
  });

  test.each([
    ['JSON text', JSON.stringify({ key: secret })],
    ['a URL', `https://example.org/?key=${encodeURIComponent(secret)}`],
    ['base64', Buffer.from(secret).toString('base64')],
    ['base64 after one byte', Buffer.from(`:${secret}`).toString('base64')],
    ['base64 after two bytes, with more behind', Buffer.from(`u:${secret}\n`).toString('base64')],
    ['base64url', Buffer.from(`user:${secret}`).toString('base64url')],
  ])('loses it in %s', (_, text) => {
    const seal = sealed();
    expect(seal.sealText(text)).toContain('***');
    // What is left of an encoded form is too little to be of use.
    expect(seal.sealText(text)).not.toContain(secret);
  });

  test('keeps words that are too short to be secrets', () => {
    const seal = new SecretSeal();
    seal.add('none');
    expect(seal.sealText('none of it')).toBe('none of it');
  });
});

describe('a stream', () => {
  test('shows no piece of the secret, wherever it is cut', () => {
    const text = `It is ${secret}, they say; sk-can is none.`;
    for (let cut = 1; cut < text.length; cut++) {
      for (const second of [cut, Math.min(text.length, cut + 3)]) {
        const stream = sealed().stream();
        const pieces = [text.slice(0, cut), text.slice(cut, second), text.slice(second)];
        const shown = [...pieces.map((piece) => stream.push(piece)), stream.rest()].join('');
        expect(shown).toBe('It is ***, they say; sk-can is none.');
      }
    }
  });

  test('byte by byte gives the same', () => {
    const stream = sealed().stream();
    const shown =
      `a${secret}b`
        .split('')
        .map((piece) => stream.push(piece))
        .join('') + stream.rest();
    expect(shown).toBe('a***b');
  });
});
