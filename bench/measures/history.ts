// `history --folder DIR --dist DIR`: the list of a folder's runs, as the Runs view and `segue runs` ask for it, from a
// record of a thousand runs with fifty events each. The question goes to the storage worker and back.
import { numbered, runStarted, taskEnded, taskStarted } from '../../test/contracts/facts.ts';
import { medianMs, report } from './child.ts';
import { openRecord } from './record.ts';

const runs = 1_000;
const tasks = 24;

const storage = await openRecord();
try {
  const names = Array.from({ length: tasks }, (_, at) => `task${at}`);
  const facts = names.flatMap((name) => [taskStarted(name), { ...taskEnded(name), output: 'x'.repeat(500) }]);
  const ended = { type: 'run-ended', status: 'completed' } as const;
  for (let run = 0; run < runs; run++) {
    const events = numbered([runStarted(), ...facts, ended], 1, 1_760_000_000_000 + run * 1_000);
    await storage.append(`run-${run}`, 1, events);
  }
  const find = async (limit: number): Promise<void> => {
    const found = await storage.find({ limit });
    if (found.length !== limit) throw new Error(`${found.length} runs were listed, not ${limit}`);
  };
  await find(runs);
  report({ listMs: await medianMs(20, () => find(runs)), pageMs: await medianMs(20, () => find(50)) });
} finally {
  await storage.close();
}
