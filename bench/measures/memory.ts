// `memory --folder DIR --dist DIR`: the resident memory of an engine that has just started and has nothing to do.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { report } from './child.ts';
import { withEngine } from './own-engine.ts';

const settleMs = 2_000;

report(
  await withEngine(async (engine) => {
    // What the start left behind is gone by then, and nothing has been collected on purpose.
    await sleep(settleMs);
    const kilobytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(engine.engine.pid)], { encoding: 'utf8' }));
    return { idleMb: (kilobytes * 1024) / 1e6 };
  }),
);
