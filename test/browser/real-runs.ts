// Runs of the examples as the panel shows them: what the engine really records, on mock models and in virtual time.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../../run/index.ts';
import { tell } from '../language/stage.ts';
import type { RecordedRun } from './record-builder.ts';

const folder = join(import.meta.dirname, '../../examples');

/**
 * The run of an example.
 * @param isCut tells of an event whether the run is seen as it was just after it; left out: to its end
 */
export async function runOfExample(
  name: string,
  isCut: (event: RunEvent) => boolean = () => false,
): Promise<RecordedRun> {
  const text = readFileSync(join(folder, name, `${name}.segue.yaml`), 'utf8');
  const { runId, events } = await tell(text.replace(/^(?:segue|name):.*$/gm, ''));
  const last = events.findIndex(isCut);
  const shown = last < 0 ? events : events.slice(0, last + 1);
  return { runId, messages: shown.map((event) => ({ type: 'event', event })) };
}
