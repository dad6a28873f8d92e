// Every example whose agents only talk is run on its mocks and then over HTTP, with the SDK of each provider: the same
// tasks, the same calls, the same outputs.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../run/index.ts';
import { repliesOf, startAnsweringServer } from './answering-server.ts';
import { HttpEngine } from './run-over-http.ts';

const folder = join(import.meta.dirname, '../../examples');
/** Those that need modules, files or other workflows are run by tests of their own. */
const needsMore = /^\s+(?:module|workflow):|read_file|write_file|calculator/m;
const examples = readdirSync(folder)
  .map((name) => [name, readFileSync(join(folder, name, `${name}.segue.yaml`), 'utf8')] as const)
  .filter(([, text]) => !needsMore.test(text))
  .map(([name, text]) => [name, text.replace(/delay: \d+m?s/g, 'delay: 1ms')] as const);

const models = { openai: 'openai/gpt-5-mini', anthropic: 'anthropic/claude-sonnet-4-5' } as const;

test.each(examples)('%s', async (_, text) => {
  const onMock = await runAt('http://127.0.0.1:9', text);
  expect(onMock.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
  for (const [provider, model] of Object.entries(models)) {
    const server = await startAnsweringServer(repliesOf(onMock));
    try {
      const overHttp = await runAt(server.origin, text.replaceAll(/mock\/\w+/g, model), server.hear);
      expect(endOf(overHttp), provider).toEqual(endOf(onMock));
      expect(tasksOf(overHttp), provider).toEqual(tasksOf(onMock));
      const isChat = provider === 'openai';
      expect(server.requests.filter((path) => path.startsWith('/v1/chat') === isChat)).toHaveLength(callsOf(onMock));
    } finally {
      await server.close();
    }
  }
});

async function runAt(origin: string, text: string, hear?: (event: RunEvent) => void): Promise<readonly RunEvent[]> {
  const engine = new HttpEngine(origin);
  try {
    return await engine.run(text, hear);
  } finally {
    await engine.close();
  }
}

function endOf(events: readonly RunEvent[]): unknown {
  const end = events.at(-1);
  return end?.type === 'run-ended' ? { status: end.status, outputs: end.outputs, error: end.error } : end;
}

/** How each task ended, and with what. Who is faster over a network is another matter. */
function tasksOf(events: readonly RunEvent[]): unknown {
  const ends = events.filter((event) => event.type === 'task-ended');
  return ends
    .map(({ path, status, output = null }) => ({ path, status, output }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function callsOf(events: readonly RunEvent[]): number {
  return events.filter((event) => event.type === 'call-started' && event.request.kind === 'model').length;
}
