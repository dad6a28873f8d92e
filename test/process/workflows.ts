// How a test lays a workspace out, and starts a run in it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EngineClient, RunId, RunSummary, StartRequest } from '../../run/index.ts';
import { readSources } from '../../client/index.ts';
import { until } from './engines.ts';

/** The config that leads \`counting/…\` to a server of the test. */
export function countingConfig(url: string): string {
  return `providers:\n  counting:\n    base_url: ${url}/v1\n    api_key: none\n`;
}

/** Writes files into a workspace and reads them back as a client does. */
export async function startRequest(
  workspace: string,
  files: { readonly [path: string]: string },
  more: Partial<StartRequest> = {},
): Promise<StartRequest> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  const file = Object.keys(files).find((path) => path.endsWith('.segue.yaml')) ?? '';
  const others = Object.keys(files).filter((path) => path !== file && !path.startsWith('.segue/'));
  return {
    ...(await readSources(join(workspace, file), workspace, others)),
    inputs: {},
    env: {},
    baseUrls: {},
    mock: false,
    interactive: true,
    trusted: true,
    actor: { kind: 'program', via: 'test' },
    offer: { secrets: [] },
    ...more,
  };
}

/** Starts a run; throws when it is refused. */
export async function startRun(client: EngineClient, request: StartRequest): Promise<RunId> {
  const answer = await client.start(request);
  if (!answer.ok) throw new Error(`${answer.refused.code}: ${answer.refused.message} ${answer.refused.remedy ?? ''}`);
  return answer.runId;
}

export async function summaryOf(client: EngineClient, runId: RunId): Promise<RunSummary> {
  const answer = await client.ask({ type: 'run', runId });
  if (answer.type !== 'run') throw new Error(JSON.stringify(answer));
  return answer.run;
}

/** Waits until a run has a status. */
export async function untilStatus(
  client: EngineClient,
  runId: RunId,
  status: RunSummary['status'],
): Promise<RunSummary> {
  let run: RunSummary | undefined;
  await until(async () => {
    run = await summaryOf(client, runId);
    if (run.status === status) return true;
    if (run.endedAt !== undefined) throw new Error(`the run ended ${run.status}: ${JSON.stringify(run.failure)}`);
    return false;
  });
  return run as RunSummary;
}
