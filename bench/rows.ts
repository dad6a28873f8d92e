// What is measured, and what is asked of each figure. Targets bind as ratios to the best peer of the same run;
// absolute figures inform, since machines differ.
import type { Shape } from './measures/shapes.ts';

export type Engine = 'segue' | 'langgraph' | 'mastra';
export const columns: readonly Engine[] = ['segue', 'langgraph', 'mastra'];

export interface Row {
  readonly id: string;
  readonly title: string;
  /** What `--only` names; rows of the same measure and record come from the same process. */
  readonly measure: string;
  readonly record: 'disk' | 'memory';
  /** Which figure of the process this row shows. */
  readonly figure: string;
  readonly unit: string;
  /** Given for what the peers run too. */
  readonly shape?: Shape;
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
];

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
    ...(target && { target }),
    ...(isDurable && { syncs: true as const }),
    needsMb: isDurable ? 300 : 1,
  };
}
