// A workflow for each pattern, over HTTP, and what its models answer. An answer depends on the request alone, and holds a
// digest of it: what was lost or repeated on the way changes all that follows.
import { sampleFromSchema } from '../../workflow/index.ts';
import type { Answer, Asked } from './counting-server.ts';
import { fingerprint } from '../simulation/random.ts';
import { isJsonObject, type JsonObject, type JsonSchema, type RunEvent } from '../../run/index.ts';

/** What an agent answers in a turn, from 1, to what it was asked first, and told last. */
type Script = (turn: number, asked: string, told: string) => Answer | JsonObject | undefined;

export interface PatternJourney {
  /** The workflow but for its head. @param url the server of models and bookings */
  readonly text: (url: string) => string;
  /** What agents answer that have a part to play, by their names; what is left out, `replyIn` makes up. */
  readonly scripts?: { readonly [agent: string]: Script };
  /** Tells of a run that nobody disturbed whether it shows what the pattern is about. */
  readonly shows: (events: readonly RunEvent[]) => boolean;
}

/** The workflow of a journey. */
export function patternFiles({ text }: PatternJourney, url: string): { readonly [path: string]: string } {
  return { 'pattern.segue.yaml': `segue: "1"\nname: pattern\n${text(url)}` };
}

/** Agents that all have the same model, by their names, each with what else there is to say of it. */
function agents(those: { readonly [name: string]: string }): string {
  const lines = Object.entries(those).map(
    ([name, more]) =>
      `  ${name}: { model: counting/model, instructions: You are ${name}.${more === '' ? '' : `, ${more}`} }`,
  );
  return `agents:\n${lines.join('\n')}\n`;
}

/** What a model answers in a journey: what a script says, or a text with its number, which the prompt tells, or a value that meets the schema. */
export function replyIn({ scripts = {} }: PatternJourney, prompt: string, asked: Asked): Answer {
  const { messages, schema } = asked;
  const name = /^You are (\w+)\./.exec(messages[0]?.content ?? '')?.[1] ?? '';
  const turn = 1 + messages.filter(({ role }) => role === 'assistant').length;
  const said = scripts[name]?.(turn, messages.find(({ role }) => role === 'user')?.content ?? '', prompt);
  if (said !== undefined) return typeof said === 'string' || isCalls(said) ? said : JSON.stringify(said);
  if (!schema) return `text ${/\b(?:round|next) (\d+)/.exec(prompt)?.[1] ?? 1} ${fingerprint(prompt)}`;
  const value = sampleFromSchema(schema, fingerprint(prompt));
  return JSON.stringify(isVerdict(schema) ? verdictOn(prompt, value as JsonObject) : value);
}

function isCalls(said: Answer | JsonObject): said is Exclude<Answer, string> {
  return Array.isArray(said);
}

/** Each version is better than the one before. */
function verdictOn(prompt: string, sample: JsonObject): JsonObject {
  const version = Number(prompt.slice(prompt.lastIndexOf('What it gave:')).match(/text (\d+)/)?.[1] ?? 1);
  return { ...sample, score: Math.min(0.9, 0.3 * version), feedback: `next ${version + 1} ${fingerprint(prompt)}` };
}

function isVerdict({ properties }: JsonSchema): boolean {
  return isJsonObject(properties ?? null) && Object.keys(properties as JsonObject).includes('feedback');
}

/** A prompt with these words gets no answer. */
export const neverAnswered = 'has no end';

const counted = '{ type: object, required: [n], properties: { n: { type: integer } } }';

function isCutByQuorum(event: RunEvent): boolean {
  return event.type === 'task-ended' && event.path === 'enough' && event.reason === 'quorum';
}

/** The journeys by the names of their patterns. */
export const patternJourneys: { readonly [pattern: string]: PatternJourney } = {
  gate: {
    text: () => `${agents({ worker: '', judge: '' })}
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
    text: (url) => `${agents({ worker: '', judge: '' })}
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
    text: () => `${agents({ worker: '', judge: '' })}
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
  parallel: {
    text: () => `${agents({ ann: '', ben: '', cid: '', judge: '', counter: `output_schema: ${counted}` })}
tasks:
  collect: { type: parallel, branches: { a: { agent: ann, with: { prompt: collect a } }, b: { agent: ben, with: { prompt: collect b } } } }
  concat:
    type: parallel
    agents: [ann, ben]
    with: { prompt: concat }
    max_parallel: 1
    fusion: { strategy: concat }
  merge:
    type: parallel
    branches: { a: { agent: counter, with: { prompt: merge a } }, b: { agent: counter, with: { prompt: merge b } } }
    fusion: { strategy: merge }
  vote: { type: parallel, agents: [ann, ben, cid], with: { prompt: vote }, fusion: { strategy: vote } }
  best: { type: parallel, agents: [ann, ben, cid], with: { prompt: best }, fusion: { strategy: best_of, agent: judge } }
  whole: { type: parallel, agents: [ann, ben], with: { prompt: whole }, fusion: { strategy: synthesize, agent: judge } }
  enough:
    type: parallel
    branches:
      a: { agent: ann, with: { prompt: enough a } }
      b: { agent: ben, with: { prompt: enough b } }
      c: { agent: cid, with: { prompt: this ${neverAnswered} } }
    fusion: { quorum: 2 }
outputs:
${['collect', 'concat', 'merge', 'vote', 'best', 'whole', 'enough'].map((task) => `  ${task}: "\${{ tasks.${task}.output }}"`).join('\n')}
`,
    scripts: {
      ann: (_turn, asked) => (asked === 'vote' ? 'Yes' : undefined),
      ben: (_turn, asked) => (asked === 'vote' ? 'no' : undefined),
      cid: (_turn, asked) => (asked === 'vote' ? 'yes' : undefined),
    },
    shows: (events) => begun(events, 'best/fusion') && begun(events, 'enough/c') && events.some(isCutByQuorum),
  },
  router: {
    text: () => `${agents({ clerk: '', worker: '' })}
tasks:
  route:
    type: router
    agent: clerk
    with: { prompt: A letter. }
    routes: [{ to: [one], description: First. }, { to: [two, three], description: Second. }]
  one: { agent: worker, with: { prompt: "one" } }
  two: { agent: worker, with: { prompt: "two for \${{ tasks.route.output.reason }}" } }
  three: { agent: worker, with: { prompt: "three" } }
outputs: { two: "\${{ tasks.two.output }}", three: "\${{ tasks.three.output }}", to: "\${{ tasks.route.output.to }}" }
`,
    scripts: { clerk: (_turn, asked) => ({ routes: ['two+three'], reason: fingerprint(asked) }) },
    shows: (events) => begun(events, 'three') && !begun(events, 'one'),
  },
  supervisor: {
    text: () => `${agents({ lead: '', finder: 'description: Finds.', writer: 'description: Writes.' })}
tasks:
  team: { type: supervisor, agent: lead, specialists: [finder, writer], goal: Know the market. }
outputs: { answer: "\${{ tasks.team.output }}", work: "\${{ tasks.team.details }}" }
`,
    scripts: { lead: (_turn, asked) => planFor(asked) },
    shows: (events) => ['finder[3]', 'writer[1]', 'plan[4]', 'synthesis'].every((key) => begun(events, `team/${key}`)),
  },
  planner: {
    text: (
      url,
    ) => `${agents({ lead: '', cook: '', strict: 'output_schema: { type: object, required: [n], properties: { n: { type: integer } } }' })}
tasks:
  party: { type: planner, agent: lead, goal: A party at ${url}, may_use: { agents: [cook, strict], tools: [book] }, max_replans: 1 }
outputs: { answer: "\${{ tasks.party.output }}", work: "\${{ tasks.party.details }}" }
`,
    scripts: {
      lead: (_turn, asked) => partyPlanFor(asked),
      strict: (_turn, asked) => (asked.startsWith('Count') ? 'no' : undefined),
    },
    shows: (events) => ['plan[3]', 'run[2]/all'].every((key) => begun(events, `party/${key}`)),
  },
  'sub-agents': {
    text: () => `${agents({ lead: 'sub_agents: [finder, checker]', finder: 'sub_agents: [checker]', checker: '' })}
tasks:
  ask: { agent: lead, with: { prompt: Why is the sky blue? } }
outputs: { answer: "\${{ tasks.ask.output }}" }
`,
    scripts: {
      lead: (turn) =>
        turn === 1
          ? [
              { name: 'finder', arguments: { prompt: 'Find it.' } },
              { name: 'checker', arguments: { prompt: 'Check it.' } },
            ]
          : turn === 2
            ? [{ name: 'checker', arguments: { prompt: 'Check it again.' } }]
            : undefined,
      finder: (turn) => (turn === 1 ? [{ name: 'checker', arguments: { prompt: 'Is it?' } }] : undefined),
    },
    shows: (events) => begun(events, 'ask/checker[2]') && begun(events, 'ask/finder[1]/checker[1]'),
  },
  handoffs: {
    text: () => `${agents({ desk: 'handoffs: [shop, bills]', shop: 'handoffs: [bills]', bills: '' })}
tasks:
  talk: { agent: desk, with: { prompt: My machine stops. } }
  after: { agent: bills, with: { prompt: "after \${{ tasks.talk.output }}" } }
outputs: { answer: "\${{ tasks.after.output }}" }
`,
    scripts: {
      desk: () => [{ name: 'handoff_to_shop', arguments: { message: 'It stops.' } }],
      shop: () => [{ name: 'handoff_to_bills', arguments: { message: 'Mended. Who pays?' } }],
    },
    shows: (events) => begun(events, 'talk/handoff/handoff'),
  },
  messages: {
    text: () => `${agents({ ann: 'tools: [send_message, read_messages, set_shared]', ben: 'tools: [send_message, read_messages, get_shared]' })}
shared: { agreed: { type: string, default: "" } }
tasks:
  first: { agent: ann, with: { prompt: Agree with ben. } }
  second: { agent: ben, with: { prompt: Agree with ann. } }
  after: { agent: ben, with: { prompt: "after \${{ tasks.first.output }} \${{ tasks.second.output }} \${{ shared.agreed }}" } }
outputs: { answer: "\${{ tasks.after.output }}" }
`,
    scripts: {
      ann: (turn, _asked, told) => annSays(turn, told),
      ben: (turn, asked, told) => benSays(turn, asked, told),
    },
    shows: (events) => events.filter((event) => event.type === 'call-answered' && event.message).length === 2,
  },
};

function begun(events: readonly RunEvent[], path: string): boolean {
  return events.some((event) => event.type === 'task-started' && event.path === path);
}

/** The first plan can not be carried out; the supervisor mends it, goes on in a second round, and is done in the third. */
function planFor(asked: string): JsonObject | undefined {
  const round = /This is round (\d+)/.exec(asked)?.[1];
  if (round === undefined) return undefined;
  const subtask = (id: string, specialist: string, needs: readonly string[] = []): JsonObject => ({
    id,
    instructions: `Do ${id}.`,
    specialist,
    needs: [...needs],
  });
  const isMended = asked.includes('You have answered this already');
  const first = [
    // Without end: the one waits for the other.
    subtask('size', 'finder', isMended ? [] : ['text']),
    subtask('text', 'writer', ['size']),
    subtask('rivals', 'finder'),
  ];
  const subtasks = { '1': first, '2': [subtask('prices', 'finder', ['size'])] }[round] ?? [];
  return { done: subtasks.length === 0, subtasks };
}

/** The first plan can not be carried out; the second can, and fails; the third reaches the goal. */
function partyPlanFor(asked: string): JsonObject {
  const url = /http:\S+?(?=\s|$)/.exec(asked)?.[0] ?? '';
  const cake = { id: 'cake', agent: 'cook', prompt: 'A cake.', needs: [] };
  const all = {
    id: 'all',
    agent: 'cook',
    prompt: 'All of: ${{ tasks.cake.output }} ${{ tasks.room.output.booked }}',
    needs: [],
  };
  if (asked.includes('This plan did not reach the goal'))
    return { tasks: [cake, { id: 'room', tool: 'book', input: { url, name: 'room' }, needs: [] }, all] };
  if (asked.includes('This plan could not be used'))
    return { tasks: [cake, { id: 'count', agent: 'strict', prompt: 'Count ${{ tasks.cake.output }}', needs: [] }] };
  return { tasks: [cake, all] };
}

function annSays(turn: number, told: string): Answer | undefined {
  switch (turn) {
    case 1:
      return [{ name: 'send_message', arguments: { to: 'ben', text: 'Noon?' } }];
    case 2:
      return [{ name: 'read_messages', arguments: { wait: '10m' } }];
    case 3:
      return [{ name: 'set_shared', arguments: { name: 'agreed', value: fingerprint(told) } }];
    default:
      return undefined;
  }
}

function benSays(turn: number, asked: string, told: string): Answer | undefined {
  if (asked.startsWith('after')) return undefined;
  switch (turn) {
    case 1:
      return [{ name: 'read_messages', arguments: { wait: '10m' } }];
    case 2:
      return [{ name: 'send_message', arguments: { to: 'ann', text: `Yes: ${fingerprint(told)}` } }];
    default:
      return undefined;
  }
}
