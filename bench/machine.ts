// Where and when it was measured: figures mean nothing without it.
import { statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** `f_type` of file systems that keep nothing on a disk, where a sync costs nothing: tmpfs and ramfs (linux/magic.h). */
const inMemory = new Set([0x01021994, 0x858458f6]);

/** Whether a sync in this folder reaches a disk, as far as the file system's kind tells. */
export function recordIsOnDisk(folder: string): boolean {
  return !inMemory.has(statfsSync(folder).type);
}

/** Megabytes (10^6 bytes) that may still be written in a folder. */
export function freeMb(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / 1e6);
}

export function machineLines(folder: string, repeat: number): string[] {
  const cpu = cpus()[0]?.model ?? 'unknown processor';
  const load = loadavg().map((one) => one.toFixed(1));
  const times =
    repeat === 1 ? 'one repetition: no spread, no judgement to build on' : `median of ${repeat}, (lowest–highest)`;
  const lines = [
    `Machine: ${availableParallelism()} × ${cpu}, ${(totalmem() / 1e9).toFixed(0)} GB, ${process.platform} ${release()}, Node ${process.versions.node}`,
    `Load at the end: ${load.join(' ')} (1, 5, 15 min) · ${times}`,
  ];
  if (!recordIsOnDisk(folder)) {
    lines.push(
      'The record lies in memory (tmpfs): a sync costs nothing there. Durable figures are shown and not judged.',
    );
  }
  return lines;
}
