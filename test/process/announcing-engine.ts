// The engine with tools of the tests that says what its log is about to do, and waits for the answer: so a test can end
// it at moments that nobody outside sees. Where to say it stands in a file beside the data folder.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readArguments } from '../../engine/host/arguments.ts';
import { runMain } from '../../engine/host/compose.ts';
import { engineFilesOf } from '../../engine/host/layout.ts';
import type { EventLog } from '../../engine/ports/index.ts';
import { announceFile, type LogStep } from './log-step.ts';
import { testTools } from './tools.ts';

const { dataDir } = readArguments(process.argv.slice(2));
const url = readFileSync(join(dirname(dataDir), announceFile), 'utf8');

void runMain({ files: engineFilesOf(process.argv[1] ?? ''), extraTools: testTools, wrapLog: announcing });

function announcing(log: EventLog): EventLog {
  let isFirst = true;
  return {
    ...log,
    async read(runId, fromSeq, limit) {
      await announce({ moment: 'reading', isFirst, events: [] });
      return log.read(runId, fromSeq, limit);
    },
    async append(runId, nextSeq, events) {
      const step = { isFirst, events };
      isFirst = false;
      await announce({ moment: 'recording', ...step });
      await log.append(runId, nextSeq, events);
      await announce({ moment: 'recorded', ...step });
    },
  };
}

async function announce(step: LogStep): Promise<void> {
  // Nobody listens any more once the test is over.
  await fetch(`${url}/log`, { method: 'POST', body: JSON.stringify(step) }).catch(() => undefined);
}
