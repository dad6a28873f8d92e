// What kind of value is wanted at a place of an expression that is being written: what fits is suggested first.
import type { JsonSchema } from '../../schemas/json.ts';
import { argumentAt } from './call-at.ts';
import { whenThere } from './context.ts';
import { chainStart, plain, type Scope, typeOfText } from './cursor.ts';
import type { Token } from './tokens.ts';
import { isNumber } from './type-relations.ts';
import { bool, type Type, typeOfSchema } from './types.ts';

/** Tells whether a value of a type is what is wanted; undefined: nothing is known of that. */
export type Wanted = ((type: Type) => boolean) | undefined;

export interface Place {
  readonly source: string;
  readonly tokens: readonly Token[];
  readonly scope: Scope;
  /** The schema of what the whole expression is to give. */
  readonly whole: JsonSchema | undefined;
}

const comparing = new Set(['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%']);

/** @param index the token that begins the value being written, or where it will be */
export function wantedAt(place: Place, index: number): Wanted {
  const { source, tokens, scope, whole } = place;
  const before = tokens[index - 1];
  if (before === undefined) return whole && alike(typeOfSchema(whole));
  if (['&&', '||', '!'].includes(before.text)) return alike(bool);
  if (comparing.has(before.text)) {
    const start = tokens[chainStart(tokens, index - 2)]?.start;
    return start === undefined ? undefined : alike(typeOfText(source.slice(start, before.start), scope));
  }
  if (before.text !== '(' && before.text !== ',') return undefined;
  const isGroup = before.text === '(' && tokens[index - 2]?.kind !== 'name';
  return isGroup ? wantedAt(place, index - 1) : argumentAt({ source, tokens, scope }, before.end);
}

function alike(wanted: Type): Wanted {
  const asked = whenThere(plain(wanted));
  const { kind } = asked;
  if (kind === 'dyn' || kind === 'never' || kind === 'secret') return undefined;
  return (type) => {
    const found = whenThere(plain(type));
    return found.kind === kind || (isNumber(found) && isNumber(asked));
  };
}
