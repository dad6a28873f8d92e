/**
 * Says why a value is no JSON, with its place in it (`result.items[2].when`); undefined if it is. What `JSON.stringify`
 * would quietly drop or rewrite (dates, maps, functions, NaN) is a mistake worth a word.
 */
export function whyNoJson(value: unknown, at = 'result', above: readonly unknown[] = []): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${at} is ${value}`;
  if (typeof value !== 'object') return `${at} is ${articleFor(typeof value)} ${typeof value}`;
  if (above.includes(value)) return `${at} holds itself`;
  if (above.length > deepest) return `${at} is nested too deeply`;
  const around = [...above, value];
  if (Array.isArray(value)) {
    return firstOf(value.keys(), (index) => whyNoJson(value[index], `${at}[${index}]`, around));
  }
  const kind = kindOf(value);
  if (kind !== undefined) return `${at} is ${articleFor(kind)} ${kind}`;
  // A field that is undefined is one that is not there, in JSON text as well.
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return firstOf(fields, ([name, field]) => whyNoJson(field, `${at}.${name}`, around));
}

const deepest = 200;

/** The class of an object that is no plain one. */
function kindOf(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return undefined;
  // A prototype of somebody's own need not have one.
  const { constructor } = value as { readonly constructor?: unknown };
  return (typeof constructor === 'function' && constructor.name) || 'object of a class';
}

function articleFor(word: string): string {
  return /^[aeiou]/i.test(word) ? 'an' : 'a';
}

function firstOf<T>(all: Iterable<T>, look: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const why = look(one);
    if (why !== undefined) return why;
  }
  return undefined;
}
