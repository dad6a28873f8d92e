// The engine with intent-before-effect switched off: its log says "recorded" at once and writes a little later. It shows
// that the crash test sees what it is there to see. Nothing in the product can switch this.
import { runMain } from '../../engine/host/compose.ts';
import { engineFilesOf } from '../../engine/host/layout.ts';
import type { EventLog } from '../../engine/ports/index.ts';
import { testTools } from './tools.ts';

const lateMs = 400;

void runMain({ files: engineFilesOf(process.argv[1] ?? ''), extraTools: testTools, wrapLog: careless });

function careless(log: EventLog): EventLog {
  let last: Promise<void> = Promise.resolve();
  return {
    ...log,
    async append(runId, nextSeq, events) {
      // The first events are kept, so that there is a run to come back to.
      if (nextSeq === 1) return log.append(runId, nextSeq, events);
      last = last
        .then(() => new Promise<void>((resolve) => setTimeout(resolve, lateMs)))
        .then(() => log.append(runId, nextSeq, events));
      return undefined;
    },
  };
}
