// What is measured, and what is asked of each figure. Targets bind as ratios to the best peer of the same run;
// absolute figures inform, since machines differ.
import type { Shape } from './measures/shapes.ts';

export type Engine = 'segue' | 'langgraph' | 'mastra' | 'yaml-language-server';
export const columns: readonly Engine[] = ['segue', 'langgraph', 'mastra', 'yaml-language-server'];

export interface Row {
  readonly id: string;
  readonly title: string;
  /** What `--only` names; rows of the same measure and record come from the same process. */
  readonly measure: string;
  readonly record: 'disk' | 'memory';
  /** Which figure of the process this row shows. */
  readonly figure: string;
  readonly unit: string;
  /** Given for what the engines among the peers run too. */
  readonly shape?: Shape;
  /** Whom it is measured beside. */
  readonly peers?: readonly Engine[];
  readonly target?: Target;
  /** Free disk space without which it is not begun. */
  readonly needsMb: number;
  /** Its figure depends on how long a sync takes. */
  readonly syncs?: true;
}

export interface Target {
  readonly atMost?: number;
  readonly atLeast?: number;
  /** So many times better than the best peer. */
  readonly ratio?: number;
}

/** What the processes of one row and engine gave. */
export interface Cell {
  readonly values: number[];
  problem?: string;
}

export const rows: readonly Row[] = [
  shapeRow('chain', 'disk', 'stepUs', 'chain of 100, durable', 'µs/step', { atMost: 400, ratio: 2 }),
  shapeRow('fan', 'disk', 'ms', 'fan of 500 × 50 ms, durable', 'ms', { atMost: 90 }),
  shapeRow('fan', 'disk', 'peakMb', '  its peak RSS', 'MB', { atMost: 100 }),
  shapeRow('many', 'disk', 'stepUs', '1,000 workflows × 5, durable', 'µs/step', { atMost: 50, ratio: 7 }),
  shapeRow('dag', 'disk', 'ms', 'DAG of 1,000 in 20 layers, durable', 'ms', { atMost: 80, ratio: 6 }),
  shapeRow('chain', 'memory', 'stepUs', 'chain of 100, not durable', 'µs/step', { atMost: 10, ratio: 3 }),
  shapeRow('fan', 'memory', 'ms', 'fan of 500 × 50 ms, not durable', 'ms'),
  shapeRow('fan', 'memory', 'peakMb', '  its peak RSS', 'MB'),
  shapeRow('many', 'memory', 'stepUs', '1,000 workflows × 5, not durable', 'µs/step', { atMost: 10, ratio: 3 }),
  shapeRow('dag', 'memory', 'ms', 'DAG of 1,000 in 20 layers, not durable', 'ms'),
  ownRow('recovery', 'openMs', 'opening 100,000 events after kill -9', 'ms', 400, { atMost: 100 }),
  ownRow('recovery', 'decisionMs', '  engine core to its first decision', 'ms', 400),
  ownRow('recovery', 'eventsPerS', '  events of one run, recorded', 'events/s', 400, { atLeast: 40_000 }),
  ownRow('bus', 'messagesPerS', 'messages between agents, full load', 'messages/s', 400, { atLeast: 40_000 }),
  ownRow('bus', 'commitP99Ms', '  p99 of a commit of one event', 'ms', 400),
  ownRow('bus', 'deliveryP99Ms', '  at 1,000 a second: p99 until it is read', 'ms', 400),
  ownRow('bus', 'deliveryRatio', '  the second by the first', '×', 400, { atMost: 3 }),
  ownRow('history', 'listMs', 'list of 1,000 runs with 50 events each', 'ms', 150, { atMost: 100 }),
  ownRow('history', 'pageMs', '  its first 50', 'ms', 150),
  ownRow('editor', 'eventsPerS', 'engine → editor, record through the socket', 'events/s', 200, { atLeast: 100_000 }),
  ownRow('editor', 'eventBytes', '  size of its events', 'bytes', 200),
  ownRow('editor', 'delayMs', '  live: event made → reader, sync included', 'ms', 200),
  ownRow('memory', 'idleMb', 'idle engine process, RSS', 'MB', 50),
  ...[100, 1_000, 10_000].flatMap((lines) => [
    ownRow(
      'language',
      `check${lines}Ms`,
      `diagnostics, ${lines} lines`,
      'ms',
      1,
      lines === 1_000 ? { atMost: 30 } : undefined,
    ),
    ownRow(
      'language',
      `complete${lines}Ms`,
      `completion, ${lines} lines`,
      'ms',
      1,
      lines === 1_000 ? { atMost: 5 } : undefined,
    ),
  ]),
  ...[100, 1_000, 10_000].flatMap((lines) => [
    serverRow(`findings${lines}Ms`, `server: findings after an edit, ${lines} lines`, 'ms'),
    serverRow(`complete${lines}Ms`, `server: completion after an edit, ${lines} lines`, 'ms'),
  ]),
  serverRow('rssMb', 'server: RSS after 40 edits, 1,000 lines', 'MB', { ratio: 1 / 0.7 }),
  serverRow('heapMb', '  its heap without garbage', 'MB', { atMost: 40 }),
];

/** A language server in a process of its own, beside the one for YAML. */
function serverRow(figure: string, title: string, unit: string, target?: Target): Row {
  return { ...ownRow('lsp', figure, title, unit, 1, target), peers: ['yaml-language-server'] };
}

/** What only Segue is measured for. Where a record is written, it is on disk. */
function ownRow(measure: string, figure: string, title: string, unit: string, needsMb: number, target?: Target): Row {
  const record = measure === 'language' || measure === 'lsp' ? 'memory' : 'disk';
  return {
    ...{ id: `${measure}-${figure}`, title, measure, record, figure, unit, needsMb },
    ...(target && { target }),
    ...((measure === 'recovery' || measure === 'bus') && { syncs: true as const }),
  };
}

function shapeRow(
  shape: Shape,
  record: Row['record'],
  figure: string,
  title: string,
  unit: string,
  target?: Target,
): Row {
  const isDurable = record === 'disk';
  return {
    ...{ id: `${shape}-${record}-${figure}`, title, measure: shape, record, figure, unit, shape },
    peers: ['langgraph', 'mastra'],
    ...(target && { target }),
    ...(isDurable && { syncs: true as const }),
    needsMb: isDurable ? 300 : 1,
  };
}
