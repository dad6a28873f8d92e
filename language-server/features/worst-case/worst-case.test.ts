// Worst cases worked out by hand. A model here costs a nano-dollar for each token that it is sent, a thousand for each
// that it writes, and has a window of 1,000 tokens.
import { describe, expect, test } from 'vitest';
import { checkWorkflow } from '../../../workflow/index.ts';
import type { FactsOf } from './call.ts';
import { explainFile, worstInOneLine } from './in-words.ts';
import { type WorstCases, worstCasesOf } from './index.ts';

const price = {
  source: 'test',
  model: 'test',
  input: { base: 1_000, tiers: [] },
  output: { base: 1_000_000, tiers: [] },
};
const factsOf: FactsOf = (model) => (model.startsWith('openai/') ? { price, contextWindow: 1_000 } : { price: null });

/** One call that fills the window: 1,000 tokens sent, 10 written. */
const call = 1_000 + 10 * 1_000;

function worst(tasks: string, more = ''): WorstCases {
  const text = `segue: "1"
name: counted
inputs:
  topic: { type: string }
  few: { type: array, items: { type: string }, maxItems: 4 }
  many: { type: array, items: { type: string } }
agents:
  writer: { model: openai/w, max_output_tokens: 10 }
  judge: { model: openai/w, max_output_tokens: 10 }
  tooled: { model: openai/w, max_output_tokens: 10, tools: [calculator], max_iterations: 4 }
  spared: { model: openai/w, fallback: [openai/x], max_output_tokens: 10 }
  typed: { model: openai/w, max_output_tokens: 10, output_schema: { type: object } }
  local: { model: local/l, max_output_tokens: 10 }
  boss: { model: openai/w, max_output_tokens: 10, sub_agents: [writer], max_iterations: 2 }
  first: { model: openai/w, max_output_tokens: 10, handoffs: [writer], max_handoffs: 2, max_iterations: 1 }
${more}tasks:
${tasks}`;
  const { workflow } = checkWorkflow({ file: 'w.segue.yaml', text });
  return worstCasesOf(workflow, { factsOf });
}

const once = 'with: { prompt: "${{ inputs.topic }}" }, retry: { max_attempts: 1 }';

/** How many calls that fill the window. */
const counts: readonly (readonly [string, string, number])[] = [
  ['an agent', `  a: { agent: writer, ${once} }`, 1],
  ['its attempts', '  a: { agent: writer, with: { prompt: "${{ inputs.topic }}" }, retry: { max_attempts: 4 } }', 4],
  ['three attempts unless it says otherwise', '  a: { agent: writer, with: { prompt: "${{ inputs.topic }}" } }', 3],
  ['fallback models', `  a: { agent: spared, ${once} }`, 2],
  ['turns with tools', `  a: { agent: tooled, ${once} }`, 4],
  ['a repair', `  a: { agent: typed, ${once} }`, 2],
  ['handoffs', `  a: { agent: first, ${once} }`, 3],
  ['a loop', `  a: { type: loop, until: round > 9, max_iterations: 5, do: { agent: writer, ${once} } }`, 5],
  ['a for_each over a list', `  a: { type: for_each, items: [1, 2, 3], do: { agent: writer, ${once} } }`, 3],
  [
    'a for_each over a bounded input',
    `  a: { type: for_each, items: "\${{ inputs.few }}", do: { agent: writer, ${once} } }`,
    4,
  ],
  [
    'a gate that has it tried again',
    `  a: { agent: writer, ${once}, gate: { when: "output == 'x'", max_retries: 2 } }`,
    3,
  ],
  ['a gate that does not', `  a: { agent: writer, ${once}, gate: { when: "output == 'x'", on_fail: continue } }`, 1],
  // Three tries, each judged with three attempts and a repair of three.
  ['a judge', `  a: { agent: writer, ${once}, gate: { judge: judge, max_retries: 2 } }`, 3 + 3 * 6],
  [
    // The second stage sends the run back twice: three tries of each.
    'a stage that is sent back to',
    `  a:
    type: pipeline
    stages:
      one: { agent: writer, ${once} }
      two: { agent: writer, ${once}, gate: { when: "output == 'x'", on_fail: rollback, max_retries: 2 } }`,
    6,
  ],
  [
    'branches',
    `  a: { type: parallel, branches: { x: { agent: writer, ${once} }, y: { agent: writer, ${once} } } }`,
    2,
  ],
  // Two rounds: a version in three attempts, a critique in three and its repair in three.
  [
    'a reflect',
    '  a: { type: reflect, agent: writer, critic: judge, with: { prompt: "${{ inputs.topic }}" }, max_rounds: 2 }',
    18,
  ],
  // Two rounds of two plans, each six attempts with its repair, and three subtasks of three attempts; three for the answer.
  [
    'a supervisor',
    '  a: { type: supervisor, agent: judge, specialists: [writer], goal: "${{ inputs.topic }}", max_rounds: 2, max_subtasks: 3 }',
    2 * (12 + 9) + 3,
  ],
  ['what stands in', `  a: { agent: writer, ${once}, on_error: { fallback: { agent: writer, ${once} } } }`, 2],
  ['what is disabled', `  a: { agent: writer, ${once}, disabled: true }`, 0],
  ['what asks no model', '  a: { type: set, values: { v: 1 } }', 0],
];

describe('the worst case', () => {
  test.each(counts)('counts %s', (_, tasks, calls) => {
    const { file } = worst(tasks);
    expect(file.calls).toEqual({ known: calls, open: [] });
    expect(file.nanoUsd).toEqual({ known: calls * call, open: [] });
    expect(file.tokens).toEqual({ known: calls * 1_010, open: [] });
  });

  const open: readonly (readonly [string, string, RegExp])[] = [
    ['a price that is not known', `  a: { agent: local, ${once} }`, /^no price is known for local\/l$/],
    ['sub-agents', `  a: { agent: boss, ${once} }`, /boss may ask writer any number of times/],
    [
      'a list of unknown length',
      `  a: { type: for_each, items: "\${{ inputs.many }}", do: { agent: writer, ${once} } }`,
      /how many elements a has/,
    ],
    [
      'a planner',
      '  a: { type: planner, agent: writer, goal: Plan., may_use: { agents: [writer] } }',
      /a plan that its agent makes/,
    ],
  ];

  test.each(open)('has no bound for %s', (_, tasks, reason) => {
    const { file } = worst(tasks);
    expect(file.nanoUsd.open.join()).toMatch(reason);
    expect(worstInOneLine(file, false)).toMatch(/^worst case unknown: /);
  });

  test('says what the rest can take', () => {
    const { file, byPath } = worst(`  a: { agent: local, ${once} }\n  b: { agent: writer, ${once} }`);
    expect(worstInOneLine(file, false)).toBe('worst case unknown: no price is known for local/l; the rest $0.000011');
    expect(worstInOneLine(byPath.get('b')?.cost ?? file, true)).toBe('worst case $0.000011 each time');
  });

  test('an input takes what its schema lets it take', () => {
    const text = (schema: string) => `segue: "1"
name: x
inputs: { topic: ${schema} }
agents: { writer: { model: openai/w, max_output_tokens: 10 } }
tasks:
  a: { agent: writer, with: { prompt: "On \${{ inputs.topic }}" }, retry: { max_attempts: 1 } }`;
    const tokens = (schema: string) => {
      const { workflow } = checkWorkflow({ file: 'w.segue.yaml', text: text(schema) });
      return worstCasesOf(workflow, { factsOf: () => ({ price }) }).file.tokens;
    };
    // The frame, `"On "`, and what is answered; of each character up to two units, each written as \u0001.
    expect(tokens('{ type: string, maxLength: 7 }')).toEqual({ known: 256 + 5 + 10 + 2 + 12 * 7, open: [] });
    expect(tokens('{ type: string, enum: [ab, abc] }')).toEqual({ known: 256 + 5 + 10 + 5, open: [] });
    expect(tokens('{ type: integer }')).toEqual({ known: 256 + 5 + 10 + 26, open: [] });
    expect(tokens('{ type: string }').open).toEqual(['`inputs.topic` has no `maxLength`']);
  });

  test('a short prompt takes its bytes, not the window', () => {
    const { file } = worst('  a: { agent: writer, with: { prompt: Hello }, retry: { max_attempts: 1 } }');
    // The frame of messages, and the text with its quotes.
    expect(file.tokens.known).toBe(256 + 7 + 10);
  });

  test('an answer that is sent on takes 256 bytes for each of its tokens', () => {
    const second = 'with: { prompt: "${{ tasks.a.output }}" }, retry: { max_attempts: 1 }';
    const { byPath } = worst(
      `  a: { agent: writer, with: { prompt: Hi }, retry: { max_attempts: 1 } }\n  b: { agent: writer, ${second} }`,
    );
    expect(byPath.get('b')?.cost.tokens.known).toBe(1_000 + 10);
    const roomy: FactsOf = () => ({ price });
    const text = `segue: "1"
name: x
agents: { writer: { model: openai/w, max_output_tokens: 10 } }
tasks:
  a: { agent: writer, with: { prompt: Hi }, retry: { max_attempts: 1 } }
  b: { agent: writer, ${second} }`;
    const { workflow } = checkWorkflow({ file: 'w.segue.yaml', text });
    const cases = worstCasesOf(workflow, { factsOf: roomy });
    expect(cases.byPath.get('b')?.cost.tokens).toEqual({ known: 256 + 10 * 256 + 4 + 10, open: [] });
  });

  test('explains how it comes about', () => {
    const cases = worst(`  a: { type: loop, until: round > 9, max_iterations: 5, do: { agent: writer, ${once} } }`);
    const text = explainFile('counted', cases);
    expect(text).toContain('**Worst case $0.000055.**');
    expect(text).toContain('Model calls: at most 5. Tokens: at most 5.0k.');
    expect(text).toContain(
      '- `a`: 5 rounds – at most $0.000055\n  - `a[]`: writer on openai/w: 1 turn × 1 attempt, 10 tokens of answer each',
    );
  });
});
