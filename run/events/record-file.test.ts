import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { type Blob, largeValuesOf, spill } from './codec.ts';
import type { RunEvent, RunStarted } from './events.ts';
import { headerLine, RecordReader, type RecordPart, UnreadableRecord, valueLine } from './record-file.ts';

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const actor = { kind: 'person', via: 'terminal' } as const;

const started: RunStarted & RunEvent = {
  type: 'run-started',
  seq: 1,
  at: 5,
  actor,
  semantics: 1,
  plan: { name: 'Flow', file: 'flow.yaml', inputs: {}, tasks: [] },
  sources: {},
  workspace: '/work',
  inputs: {},
  env: {},
  mock: true,
  interactive: false,
  trusted: true,
  tools: [],
  prices: {},
};

/** A record with one task that put out each of these values. */
function recordOf(outputs: readonly Json[]): { lines: string[]; events: RunEvent[]; blobs: Blob[] } {
  const whole: RunEvent[] = outputs.map((output, index) => ({
    type: 'task-ended',
    seq: index + 2,
    at: 6,
    path: `t${index}`,
    staticPath: `t${index}`,
    round: 1,
    status: 'completed',
    output,
  }));
  const lines = [headerLine('run-1', started, whole.length + 1), JSON.stringify(started)];
  const [events, blobs]: [RunEvent[], Blob[]] = [[started], []];
  const known = new Set<string>();
  for (const one of whole) {
    const spilled = spill(one, hash);
    for (const blob of spilled.blobs.filter((kept) => !known.has(kept.hash))) {
      known.add(blob.hash);
      blobs.push(blob);
      lines.push(valueLine(blob.hash, new TextDecoder().decode(blob.bytes)));
    }
    events.push(spilled.event);
    lines.push(JSON.stringify(spilled.event));
  }
  return { lines, events, blobs };
}

function read(lines: readonly string[]): RecordPart[] {
  const reader = new RecordReader(hash);
  const parts = lines.map((line) => reader.take(line));
  reader.end();
  return parts;
}

function refusal(lines: readonly string[]): UnreadableRecord {
  try {
    read(lines);
  } catch (error) {
    if (error instanceof UnreadableRecord) return error;
    throw error;
  }
  throw new Error('It was read.');
}

test('what was written is read again: events and kept values, whatever they hold', () => {
  const big = fc.json().map((text) => ({ text: text.padEnd(70_000, 'é\ud83d\ude00'), ...JSON.parse(`{"a":${text}}`) }));
  const forged = fc.constant({ $large: { hash: 'aa', bytes: 1, preview: '' } });
  const lone = fc.constant(`\ud800${'x'.repeat(70_000)}`);
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.jsonValue(), big, forged, lone), { maxLength: 5 }), (values) => {
      const { lines, events, blobs } = recordOf(JSON.parse(JSON.stringify(values)) as Json[]);
      const parts = read(lines);
      expect(parts.flatMap((part) => (part.type === 'event' ? [part.event] : []))).toEqual(events);
      expect(parts.flatMap((part) => (part.type === 'value' ? [part.value] : []))).toEqual(blobs);
      expect(
        events.flatMap((event) => largeValuesOf(event)).every((large) => blobs.some((b) => b.hash === large.hash)),
      );
    }),
    { numRuns: 30 },
  );
});

test('a file that was cut off, at whatever line or character, is refused', () => {
  const { lines } = recordOf(['a', 'x'.repeat(70_000), 'b']);
  for (let kept = 0; kept < lines.length; kept++) {
    expect(refusal(lines.slice(0, kept)).line).toBe(kept + 1);
    const half = (lines[kept] ?? '').slice(0, 20);
    expect(refusal([...lines.slice(0, kept), half])).toMatchObject({ line: kept + 1, isNewer: false });
  }
});

test('lines that are missing, doubled or swapped are refused by their number', () => {
  const { lines } = recordOf(['a', 'x'.repeat(70_000), 'b']);
  expect(refusal(lines.toSpliced(2, 1)).message).toBe('Line 4 has event 3; event 2 is due.');
  expect(refusal(lines.toSpliced(3, 1)).message).toMatch(/^Line 4 names the value \w{64}, which is not there/);
  expect(refusal(lines.toSpliced(4, 1)).message).toBe('Line 5 has event 4; event 3 is due.');
  expect(refusal(lines.toSpliced(2, 0, lines[1] ?? '')).message).toBe('Line 3 has event 1; event 2 is due.');
  expect(refusal([...lines, lines[2] ?? '']).line).toBe(lines.length + 1);
  expect(refusal([...lines, valueLine(hash(Buffer.from('1')), '1')]).message).toMatch(/^Line 7 has a value that no/);
  expect(refusal([...lines, '']).message).toMatch(/^Line 7 is not JSON/);
});

test('a changed value, a wrong field, a time that goes back: damaged, and said where', () => {
  const { lines } = recordOf(['a', 'x'.repeat(70_000)]);
  const change = (line: number, from: string, to: string) =>
    refusal(lines.map((text, index) => (index === line - 1 ? text.replace(from, to) : text))).message;
  expect(change(4, 'xx', 'xy')).toBe('Line 4 is damaged: the value has another hash.');
  expect(change(3, '"completed"', '"done"')).toBe('Line 3 is damaged: task-ended with a wrong status.');
  expect(change(2, '"tasks":[]', '"tasks":[{}]')).toBe(
    'Line 2 is damaged: run-started with a wrong plan.tasks[0].path.',
  );
  expect(change(3, '"at":6', '"at":4')).toBe('Line 3 is damaged: its time goes back.');
  expect(change(1, '"runId":"run-1"', '"runId":"../x"')).toMatch(/^Line 1 is a damaged header/);
  expect(refusal(['{"hello":1}']).message).toMatch(/^Line 1 is not the header/);
});

test('what a newer version wrote is called newer', () => {
  const { lines } = recordOf(['a']);
  const newer = (line: number, from: string, to: string) =>
    refusal(lines.map((text, index) => (index === line - 1 ? text.replace(from, to) : text)));
  expect(newer(1, '"version":1', '"version":2')).toMatchObject({ line: 1, isNewer: true });
  expect(newer(1, '"semantics":1', '"semantics":2')).toMatchObject({ line: 1, isNewer: true });
  expect(newer(3, '"task-ended"', '"task-dreamt"')).toMatchObject({ line: 3, isNewer: true });
});
