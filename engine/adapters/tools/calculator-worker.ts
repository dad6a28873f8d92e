// Evaluates expressions in a thread of its own, for mathjs bounds neither time nor memory: the thread that asks ends
// this one when it takes too long. Scope, functions and units defined by one expression are gone with it.
import { parentPort } from 'node:worker_threads';
import { all, create } from 'mathjs';
import type { CalculatorAnswer, CalculatorQuestion } from './calculator-messages.ts';

/** What could change the calculator itself, reach its code, or give another result each time. */
const closed = [
  'import',
  'createUnit',
  'evaluate',
  'parse',
  'parser',
  'compile',
  'simplify',
  'simplifyCore',
  'simplifyConstant',
  'derivative',
  'rationalize',
  'resolve',
  'symbolicEqual',
  'leafCount',
  'reviver',
  'chain',
  'help',
  'random',
  'randomInt',
  'pickRandom',
  'distribution',
];

/** Digits of a calculation; money and its fractions stay exact far beyond what a JSON number holds. */
const math = create(all ?? {}, { number: 'BigNumber', precision: 64 });
const parse = math.parse.bind(math);
math.import(Object.fromEntries(closed.map((name) => [name, refuse(name)])), { override: true });

parentPort?.on('message', ({ id, expression }: CalculatorQuestion) => {
  parentPort?.postMessage(answer(id, expression));
});
parentPort?.postMessage('ready');

function answer(id: number, expression: string): CalculatorAnswer {
  try {
    return { id, ...resultOf(evaluate(expression)) };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** `config` can not be replaced as the others are, for mathjs calls it too; so names are looked at before. */
function evaluate(expression: string): unknown {
  const tree = parse(expression);
  tree.traverse((node) => {
    if (math.isSymbolNode(node) && (node.name === 'config' || closed.includes(node.name))) refuse(node.name)();
  });
  return tree.compile().evaluate({});
}

function refuse(name: string): () => never {
  return () => {
    throw new Error(`the function ${name} is not available`);
  };
}

type Result = { readonly result: number | string } | { readonly problem: string };

function resultOf(value: unknown): Result {
  if (value === undefined || typeof value === 'function') return { problem: 'the expression has no value' };
  if (typeof value === 'number') return numberResult(value, String(value));
  if (math.isBigNumber(value)) return numberResult(value.toNumber(), value.toString());
  if (typeof value === 'string') return { result: value };
  return { result: math.format(value, { precision: 15 }) };
}

/** Whole numbers that a JSON number can not hold exactly come as text. */
function numberResult(value: number, digits: string): Result {
  if (Number.isNaN(value)) return { problem: 'the result is not a number' };
  if (!Number.isFinite(value)) {
    return digits.endsWith('Infinity') ? { problem: 'the result is infinite' } : { result: digits };
  }
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
  return { result: isExact ? value : digits };
}
