import { expect, test } from 'vitest';
import { openModelBook } from '../../models/index.ts';
import type { TaskHistory } from '../protocol/index.ts';
import { hoverAt } from './hover.ts';
import { openMarked } from './marked-text.ts';
import { OpenDocument } from './open-document.ts';
import { durationInWords, numberInWords } from './value-words.ts';

const head = `segue: "1"
agents:
  writer: { model: openai/gpt-5-mini }
tasks:
  draft:
    agent: writer
    with: { prompt: Hi. }
`;

function hovered(marked: string, more: object = {}, past?: TaskHistory): string {
  const { document, position } = openMarked(marked);
  const contents = hoverAt(new OpenDocument({ ...document.facts, ...more }), position, past)?.contents;
  return contents && typeof contents === 'object' && 'value' in contents ? contents.value : '';
}

test('of a task the last value, tokens and cost are told, where they are known', () => {
  const last = { inputTokens: 900, outputTokens: 300, costNanoUsd: 2_100_000, durationMs: 3400 };
  const draft = {
    runs: 1,
    mean: null,
    last: { ...last, runId: 'a', status: 'completed', endedAt: 0, value: '"A text."' },
  } as const;
  const past = { runs: 1, mockRuns: 0, tasks: { draft } };
  const marked = head.replace('  draft:', '  dr¦aft:');
  expect(hovered(marked, {}, past)).toContain('```json\n"A text."\n```');
  expect(hovered(marked, {}, past)).toContain('$0.0021 · 1.2k tokens · 3.4 s');
  expect(hovered(marked)).not.toContain('Past runs');
  const inExpression = `${head}outputs:\n  a: \${{ tasks.dra¦ft.output }}\n`;
  expect(hovered(inExpression, {}, past)).toContain('$0.0021');
});

test('what is not known of a model is said to be unknown, and never free', async () => {
  const book = await openModelBook();
  const models = () => book;
  const of = (model: string) => hovered(head.replace('openai/gpt-5-mini', model.replace('/', '/¦')), { models });
  expect(of('my-own/model')).toContain('Price: unknown.');
  expect(of('my-own/model')).toContain('Context window: unknown.');
  expect(of('my-own/model')).not.toContain('$');
  expect(of('openai/gpt-5-mini')).toMatch(/input \$[\d.]+ · cached input \$[\d.]+ · output \$[\d.]+\./);
});

test('numbers and durations in words', () => {
  expect([90_000, 3_600_000, 500, 0, 86_461_001].map(durationInWords)).toEqual([
    '1 minute 30 seconds',
    '1 hour',
    '500 milliseconds',
    'no time',
    '24 hours 1 minute 1 second 1 millisecond',
  ]);
  expect([30_000, 0.5, 9_999, -20_000].map(numberInWords)).toEqual(['30,000', undefined, undefined, '-20,000']);
});

test('a text in a fence can not end it', () => {
  const marked = head
    .replace('model: openai', 'description: "a ```` b", model: openai')
    .replace('agent: writer', 'agent: wri¦ter');
  expect(hovered(marked)).toContain('a ```` b');
});
