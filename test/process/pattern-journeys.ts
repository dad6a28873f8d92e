// A workflow for each pattern, over HTTP, and what its models answer. An answer depends on the request alone, and holds a
// digest of it: what was lost or repeated on the way changes all that follows.
import { sampleFromSchema } from '../../workflow/index.ts';
import type { Answer, Asked } from './counting-server.ts';
import { fingerprint } from '../simulation/random.ts';
import { isJsonObject, type JsonObject, type JsonSchema, type RunEvent } from '../../run/index.ts';

export interface PatternJourney {
  /** @param url the server of models and bookings */
  readonly tasks: (url: string) => string;
  /** Tells of a run that nobody disturbed whether it shows what the pattern is about. */
  readonly shows: (events: readonly RunEvent[]) => boolean;
}

/** The workflow of a journey. */
export function patternFiles({ tasks }: PatternJourney, url: string): { readonly [path: string]: string } {
  return { 'pattern.segue.yaml': `${head}${tasks(url)}` };
}

const head = `segue: "1"
name: pattern
agents:
  worker: { model: counting/model, instructions: You go on from what was said. }
  judge: { model: counting/model, instructions: You judge what was said. }
`;

/** What a model answers: a text with its number, which the prompt tells, or a value that meets the schema. */
export function patternReply(prompt: string, { schema }: Asked): Answer {
  if (!schema) return `text ${/\b(?:round|next) (\d+)/.exec(prompt)?.[1] ?? 1} ${fingerprint(prompt)}`;
  const value = sampleFromSchema(schema, fingerprint(prompt));
  return JSON.stringify(isVerdict(schema) ? verdictOn(prompt, value as JsonObject) : value);
}

/** Each version is better than the one before. */
function verdictOn(prompt: string, sample: JsonObject): JsonObject {
  const version = Number(prompt.slice(prompt.lastIndexOf('What it gave:')).match(/text (\d+)/)?.[1] ?? 1);
  return { ...sample, score: Math.min(0.9, 0.3 * version), feedback: `next ${version + 1} ${fingerprint(prompt)}` };
}

function isVerdict({ properties }: JsonSchema): boolean {
  return isJsonObject(properties ?? null) && Object.keys(properties as JsonObject).includes('feedback');
}

/** The journeys by the names of their patterns. */
export const patternJourneys: { readonly [pattern: string]: PatternJourney } = {
  gate: {
    tasks: () => `
tasks:
  draft:
    agent: worker
    with: { prompt: "draft round \${{ round }} \${{ gate.feedback.orValue('') }}" }
    gate: { judge: judge, criteria: [it is short], max_retries: 3 }
  after: { agent: worker, with: { prompt: "after \${{ tasks.draft.output }}" } }
outputs: { last: "\${{ tasks.after.output }}", tries: "\${{ tasks.draft.details.gate.tries }}" }
`,
    shows: (events) => begun(events, 'draft[3]'),
  },
  pipeline: {
    tasks: (url) => `
tasks:
  letter:
    type: pipeline
    stages:
      outline: { agent: worker, with: { prompt: "outline round \${{ round }} \${{ gate.feedback.orValue('') }}" } }
      body:
        agent: worker
        with: { prompt: "body round \${{ round }} on \${{ tasks.outline.output }}" }
        gate: { judge: judge, min_score: 0.5, on_fail: rollback }
      booked: { tool: book, with: { url: "${url}", name: letter } }
      ending: { agent: worker, with: { prompt: "end after \${{ tasks.body.output }}" } }
outputs: { last: "\${{ tasks.letter.output }}" }
`,
    shows: (events) => events.some((event) => event.type === 'gate-judged' && event.action === 'rollback'),
  },
  reflect: {
    tasks: () => `
tasks:
  report:
    type: reflect
    agent: worker
    critic: judge
    criteria: [it is short]
    until: critique.score >= 0.9
    max_rounds: 5
    with: { prompt: "report round 1" }
  title:
    type: reflect
    agent: worker
    critic: self
    max_rounds: 2
    with: { prompt: "title round 1 for \${{ tasks.report.output }}" }
outputs:
  last: \${{ tasks.title.output }}
  scores: \${{ tasks.report.history.map(one, one.critique.score) }}
`,
    shows: (events) => begun(events, 'report/critique[3]') && begun(events, 'title/draft[2]'),
  },
};

function begun(events: readonly RunEvent[], path: string): boolean {
  return events.some((event) => event.type === 'task-started' && event.path === path);
}
