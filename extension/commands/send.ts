// Commands to a run under way, with keys along where they may be needed.
import type { App } from '../app.ts';
import { baseUrlsOfEnvironment, editorActor, offerOf } from '../keys/offers.ts';
import { remedyFor } from '../keys/remedies.ts';
import type { Engine } from '../processes/engine.ts';
import type { Command, Failure, Json, Offer } from '../../run/index.ts';

/** @returns why it was refused, if the person has not been told yet */
export async function cancelRun(engine: Engine, runId: string): Promise<Failure | undefined> {
  const client = await engine.connect();
  const answer = await client.send(runId, { type: 'cancel', actor: editorActor });
  return answer.ok ? undefined : answer.refused;
}

/** @returns why it was refused, if the person has not been told yet */
export function answerRun(app: App, engine: Engine, runId: string, question: string, answer: Json) {
  return sendWithKeys(app, engine, runId, (offer) => ({ type: 'answer', actor: editorActor, question, answer, offer }));
}

/** @returns why it was refused, if the person has not been told yet */
export function resumeRun(app: App, engine: Engine, runId: string) {
  const baseUrls = baseUrlsOfEnvironment();
  return sendWithKeys(app, engine, runId, (offer) => ({
    type: 'resume',
    actor: editorActor,
    interactive: true,
    offer,
    baseUrls,
  }));
}

async function sendWithKeys(
  app: App,
  engine: Engine,
  runId: string,
  commandWith: (offer: Offer) => Command,
): Promise<Failure | undefined> {
  for (;;) {
    const client = await engine.connect();
    const answer = await client.send(runId, commandWith(await offerOf(app.keys)));
    if (answer.ok) return undefined;
    const { refused } = answer;
    if (refused.code !== 'missing_key' && refused.code !== 'origin_not_granted') return refused;
    if ((await remedyFor(refused, app.keys, false)) !== 'retry') return undefined;
  }
}
