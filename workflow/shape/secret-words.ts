// What keys look like. Each pattern has the beginning that its service gives to keys, and their length; words of a
// text do not look like that.
const services: readonly (readonly [what: string, pattern: string])[] = [
  ['a key of Anthropic', 'sk-ant-[\\w-]{20,}'],
  ['a key of OpenRouter', 'sk-or-[\\w-]{20,}'],
  ['a key of OpenAI', 'sk-[\\w-]{20,}'],
  ['a token of GitHub', 'gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\\w{30,}'],
  ['a token of GitLab', 'glpat-[\\w-]{20,}'],
  ['a token of Slack', 'xox[abeoprs]-[A-Za-z0-9-]{20,}'],
  ['a key of Amazon', '(?:AKIA|ASIA)[A-Z0-9]{16}'],
  ['a key of Google', 'AIza[\\w-]{35}'],
  ['a token of Hugging Face', 'hf_[A-Za-z0-9]{30,}'],
  ['a key of Groq', 'gsk_[A-Za-z0-9]{30,}'],
  ['a key of xAI', 'xai-[A-Za-z0-9]{30,}'],
  ['a token of npm', 'npm_[A-Za-z0-9]{30,}'],
  ['a key of Stripe', '[rs]k_live_[A-Za-z0-9]{16,}'],
  ['a key of SendGrid', 'SG\\.[\\w-]{16,}\\.[\\w-]{16,}'],
  ['a signed token', 'eyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{10,}'],
  ['a private key', '-----BEGIN [A-Z ]*PRIVATE KEY-----'],
  ['an address with a password', '[a-z][a-z0-9+.-]{1,20}://[^\\s/:@\'"${]{1,100}:[^\\s/@\'"${]{3,200}@'],
];

const anyService = new RegExp(`(?<![\\w-])(?:${services.map(([, pattern]) => `(${pattern})`).join('|')})`, 'g');

/** A place in a text that looks like a key, and whose it is: the end of "This looks like …". */
export interface KeyInText {
  readonly what: string;
  readonly start: number;
  readonly end: number;
}

/** Every key in a text. Names that only begin like one, such as `sk-your-key-goes-here-please`, have no digits. */
export function keysInText(text: string): readonly KeyInText[] {
  return [...text.matchAll(anyService)].flatMap((match) => {
    const what = services[match.slice(1).findIndex((group) => group !== undefined)]?.[0];
    const [found] = match;
    const isNamed = /PRIVATE KEY|:\/\//.test(found);
    if (what === undefined || (!isNamed && !(/\d/.test(found) && variety(found) >= 10))) return [];
    return [{ what, start: match.index, end: match.index + found.length }];
  });
}

const secretKey = /(?:^|[_-])(?:api_?key|secret|token|password|passwd|authorization|credentials?)$/i;
const bitsPerCharacter = 3.5;

/** A value without words under a key that promises a secret. */
export function looksRandom(key: string, text: string): boolean {
  if (!secretKey.test(key)) return false;
  const value = text.replace(/^(?:Bearer|Basic|Token) /i, '');
  const isOneWord = /^[\w.+/=~-]{20,500}$/.test(value);
  return isOneWord && /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) >= bitsPerCharacter;
}

function variety(text: string): number {
  return new Set(text).size;
}

/** Bits per character, by how often each stands in the text. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / text.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}
