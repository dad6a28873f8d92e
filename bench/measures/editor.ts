/**
 * `editor --folder DIR --dist DIR`: what a client of a real engine gets through the real socket. A run on mocks writes
 * 20,000 events of about 1 KB and is followed live, for the delay; then its record is followed again, for the rate.
 */
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { type EngineConnection, readSources } from '../../client/index.ts';
import type { RunEvent, RunId } from '../../run/index.ts';
import { report } from './child.ts';
import { withEngine } from './own-engine.ts';

const items = 5_000;
const text = JSON.stringify({
  segue: '1',
  name: 'editor',
  agents: { worker: { model: 'mock/fast', instructions: 'Work.' } },
  tasks: {
    spread: {
      type: 'for_each',
      items: `\${{ range(${items}) }}`,
      max_parallel: 8,
      do: { agent: 'worker', with: { prompt: 'x'.repeat(800) } },
    },
  },
  mock: [{ agent: 'worker', reply: 'y'.repeat(800) }],
});

report(
  await withEngine(async (engine, workspace) => {
    const runId = await begin(engine, workspace);
    const delays: number[] = [];
    await follow(engine, runId, (event) => {
      delays.push(performance.timeOrigin + performance.now() - event.at);
    });
    let [events, bytes] = [0, 0];
    const before = performance.now();
    const seen: RunEvent[] = [];
    await follow(engine, runId, (event) => void seen.push(event));
    const tookMs = performance.now() - before;
    for (const event of seen) {
      events++;
      bytes += JSON.stringify(event).length;
    }
    delays.sort((a, b) => a - b);
    return {
      eventsPerS: (events / tookMs) * 1000,
      eventBytes: bytes / events,
      delayMs: delays[Math.floor(delays.length / 2)] ?? Number.NaN,
    };
  }),
);

async function begin(engine: EngineConnection, workspace: string): Promise<RunId> {
  const file = join(workspace, 'editor.segue.yaml');
  writeFileSync(file, text);
  const answer = await engine.start({
    ...(await readSources(file, workspace)),
    inputs: {},
    env: {},
    baseUrls: {},
    mock: true,
    interactive: false,
    trusted: true,
    actor: { kind: 'program', via: 'bench' },
    offer: { secrets: [] },
  });
  if (!answer.ok) throw new Error(`${answer.refused.code}: ${answer.refused.message}`);
  return answer.runId;
}

async function follow(engine: EngineConnection, runId: RunId, take: (event: RunEvent) => void): Promise<void> {
  for await (const message of engine.follow(runId, 1, new AbortController().signal)) {
    if (message.type === 'event') take(message.event);
  }
}
