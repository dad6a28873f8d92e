// The front door of expressions: `${{ … }}` in CEL. Find, check, evaluate, complete. Nothing here reads the world.
import type { FunctionDocs } from './contract.ts';
import { functions, hasMacro, listMacros } from './functions.ts';

export { callAt } from './call-at.ts';
export { checkCondition, checkExpression } from './check.ts';
export { foregone } from './foregone.ts';
export { classifyTokens } from './classify.ts';
export { completeExpression } from './complete.ts';
export type * from './contract.ts';
export { evaluateCondition, evaluateExpression, evaluateTemplate } from './evaluate.ts';
export { givesNoText, holdsNoText } from './harmless.ts';
export { hoverExpression } from './hover.ts';
export { isReservedName, isValidId } from './ids.ts';
export { referencesOf, textsOf } from './references.ts';
export { scanText, secretNamesIn } from './scan.ts';
export { closest } from './suggest.ts';
export { checkTemplate, findingInFile } from './template.ts';
export { commonSchema, describeSchema, kindOfSchema, resultSchema } from './type-relations.ts';
export { optionalSchema, presentSchema } from './types.ts';

/** Every function and macro that expressions may call, for docs. */
export function functionDocs(): readonly FunctionDocs[] {
  const called = [...functions.values()].map(({ name, overloads, docs, example }) => ({
    name,
    kind: 'function' as const,
    signatures: overloads,
    docs,
    example,
  }));
  const macros = [...listMacros.values(), hasMacro].map(({ name, signatures, docs, example }) => ({
    name,
    kind: 'macro' as const,
    signatures,
    docs,
    example,
  }));
  return [...called, ...macros];
}
