// The call that the cursor stands in, and which of its arguments is being written. Works on unfinished text.
import type { NameTypes, Range } from '../model/model.ts';
import type { ExpressionCall, ExpressionSignature } from './contract.ts';
import { receiverType, type Scope, scopeAt, typeOfText } from './cursor.ts';
import { functions, hasMacro, listMacros, type Macro, optionalFunctions } from './functions.ts';
import { isAfterDot } from './references.ts';
import { accepts, type Signature, signatures } from './signatures.ts';
import { whenThere } from './context.ts';
import { type Token, tokensOf } from './tokens.ts';
import type { Type } from './types.ts';

/** The innermost call around `offset`: its signatures, and which argument is being written. */
export function callAt(source: string, offset: number, names: NameTypes): ExpressionCall | undefined {
  const tokens = tokensOf(source).filter(({ kind }) => kind !== 'comment');
  const open = openCalls(tokens, offset);
  for (const call of open.toReversed()) {
    const found = describeCall({ source, tokens, scope: scopeAt(source, tokens, offset, names) }, call);
    if (found) return found;
  }
  return undefined;
}

/** What the argument at `offset` of the innermost call must be, as far as that call says it. */
export function argumentAt(text: Text, offset: number): ((type: Type) => boolean) | undefined {
  const call = openCalls(text.tokens, offset).at(-1);
  if (!call) return undefined;
  const at = call.starts.length - 1;
  const macro = macroAt(text.tokens, call.name);
  if (macro) return at === 1 && !isMapping(macro) ? (type) => type.kind === 'bool' : undefined;
  const patterns = signaturesAt(text, call.name).flatMap(({ parameters }) => parameters[at]?.pattern ?? []);
  const telling = patterns.filter(({ kind }) => kind !== 'any' && kind !== 'variable');
  if (telling.length === 0 || telling.length < patterns.length) return undefined;
  return (type) => type.kind !== 'dyn' && telling.some((pattern) => accepts(pattern, type));
}

/** `map` gives what its expression gives, the others want a condition. */
function isMapping({ arities }: Macro): boolean {
  return arities.includes(3);
}

/** Tells whether an offset is directly in the arguments of a function that is called by its name alone. */
export function isInCallOf(name: string, tokens: readonly Token[], offset: number): boolean {
  const call = openCalls(tokens, offset).at(-1);
  return call !== undefined && tokens[call.name]?.text === name && !isAfterDot(tokens, call.name);
}

interface OpenCall {
  /** The name before the parenthesis, among the tokens. */
  readonly name: number;
  /** Where its arguments begin. */
  readonly starts: number[];
}

/** Every call that is open at an offset, the outermost first. Parentheses that only group hold no arguments. */
function openCalls(tokens: readonly Token[], offset: number): readonly OpenCall[] {
  const open: { readonly bracket: string; readonly call: OpenCall | undefined }[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.end > offset) break;
    const before = tokens[index - 1];
    const isCall = token.text === '(' && before?.kind === 'name' && before.text !== 'in';
    const call = isCall ? { name: index - 1, starts: [token.end] } : undefined;
    if (['(', '[', '{'].includes(token.text)) open.push({ bracket: token.text, call });
    else if ([')', ']', '}'].includes(token.text)) open.pop();
    else if (token.text === ',') open.at(-1)?.call?.starts.push(token.end);
  }
  return open.flatMap(({ call }) => call ?? []);
}

interface Text {
  readonly source: string;
  readonly tokens: readonly Token[];
  readonly scope: Scope;
}

function describeCall(text: Text, call: OpenCall): ExpressionCall | undefined {
  const { tokens } = text;
  const name = tokens[call.name]?.text ?? '';
  const activeParameter = call.starts.length - 1;
  const macro = macroAt(tokens, call.name);
  if (macro) {
    const fitting = macro.arities.findIndex((arity) => arity > activeParameter);
    const shown = macro.signatures.map((label) => shownSignature(label, macro));
    return { signatures: shown, active: Math.max(fitting, 0), activeParameter };
  }
  if (isInOptional(tokens, call.name)) {
    const entry = optionalFunctions.get(name);
    const shown = entry?.overloads.map((label) => shownSignature(`optional.${label}`, entry));
    return shown && { signatures: shown, active: 0, activeParameter };
  }
  const entry = functions.get(name);
  const choices = signaturesAt(text, call.name);
  if (!entry || choices.length === 0) return undefined;
  const active = choices.indexOf(fittingBest(choices, argumentTypes(text, call), activeParameter));
  const shown = choices.map((choice) => shownSignature(choice.text, entry));
  return { signatures: shown, active, activeParameter };
}

/** The macro whose name stands at a token. */
export function macroAt(tokens: readonly Token[], name: number): Macro | undefined {
  const text = tokens[name]?.text ?? '';
  return isAfterDot(tokens, name) ? listMacros.get(text) : text === hasMacro.name ? hasMacro : undefined;
}

function isInOptional(tokens: readonly Token[], name: number): boolean {
  return isAfterDot(tokens, name) && tokens[name - 2]?.text === 'optional' && !isAfterDot(tokens, name - 2);
}

/** The signatures of a function, or of a method that its receiver has; all of them if the receiver fits none. */
export function signaturesAt({ source, tokens, scope }: Text, name: number): readonly Signature[] {
  const all = signatures.get(tokens[name]?.text ?? '') ?? [];
  if (!isAfterDot(tokens, name)) return all.filter(({ receiver }) => receiver === undefined);
  const methods = all.filter(({ receiver }) => receiver !== undefined);
  const type = whenThere(receiverType(source, tokens, name - 1, scope));
  const fitting = methods.filter(({ receiver }) => receiver && accepts(receiver, type));
  return fitting.length > 0 ? fitting : methods;
}

/** The types of the arguments up to the one that is being written, as far as it goes. */
function argumentTypes({ source, tokens, scope }: Text, { starts }: OpenCall): readonly Type[] {
  return starts.map((start, index) => {
    const next = starts[index + 1];
    const end = next === undefined ? endOfArgument(tokens, start, source.length) : next - 1;
    return typeOfText(source.slice(start, end), scope);
  });
}

/** Where the argument ends that begins at an offset: before a `,` or the bracket that closes the call. */
function endOfArgument(tokens: readonly Token[], start: number, otherwise: number): number {
  let depth = 0;
  for (const token of tokens) {
    if (token.start < start) continue;
    if (depth === 0 && (token.text === ',' || isClosing(token))) return token.start;
    if (['(', '[', '{'].includes(token.text)) depth += 1;
    if (isClosing(token)) depth -= 1;
  }
  return otherwise;
}

function isClosing({ text }: Token): boolean {
  return text === ')' || text === ']' || text === '}';
}

/** The signature that takes what is written; else one that takes what is before; else one that takes so many. */
function fittingBest(choices: readonly Signature[], written: readonly Type[], active: number): Signature {
  const wide = choices.filter(({ parameters }) => parameters.length > active);
  const takes = (types: readonly Type[]) =>
    wide.find(({ parameters }) =>
      types.every((type, index) => {
        const pattern = parameters[index]?.pattern;
        return pattern !== undefined && accepts(pattern, whenThere(type));
      }),
    );
  return takes(written) ?? takes(written.slice(0, -1)) ?? wide[0] ?? (choices[0] as Signature);
}

function shownSignature(label: string, { docs, example }: { docs: string; example: string }): ExpressionSignature {
  return { label, parameters: parametersIn(label), docs: `${docs}\n\n\`${example}\`` };
}

/** Where the parameters stand in a signature. */
function parametersIn(label: string): readonly Range[] {
  let start = label.indexOf('(') + 1;
  const inside = label.slice(start, label.lastIndexOf(')'));
  if (inside === '') return [];
  return inside.split(', ').map((parameter) => {
    const range = { start, end: start + parameter.length };
    start = range.end + 2;
    return range;
  });
}
