// The runs that the panel is shown in the tests: a live one, one that waits, a failed one, a finished one, a hostile
// one and a very large one.
import type { Json, Question } from '../../run/index.ts';
import { planTask, RecordBuilder, type RecordedRun, runStarted } from './record-builder.ts';

const facts = [
  'Heat pumps move three to four units of heat for each unit of electricity.',
  'Below -15 °C the coefficient of performance of common models falls under two.',
  'In 2023 one in three new heating systems in the region was a heat pump.',
  'Noise limits of 35 dB(A) at night decide where the outdoor unit may stand.',
];

const instructions =
  'You are a careful researcher. Answer only from what you know well. Give one paragraph of at most 80 words, name ' +
  'figures with their year, and say so where a figure is uncertain. No headings, no lists.';

const researchPlan = {
  name: 'research-brief',
  version: '1.2.0',
  description: 'Facts on a topic, a paragraph for each, and a brief that a person approves',
  tasks: [
    planTask('facts', 'agent', 18, { agent: 'researcher', model: 'openai/gpt-5-mini' }),
    planTask('paragraphs', 'for_each', 24, {
      children: [
        planTask('paragraphs[]', 'agent', 28, {
          agent: 'writer',
          label: 'agent',
          model: 'anthropic/claude-sonnet-4-5',
        }),
      ],
    }),
    planTask('estimate', 'agent', 36, { agent: 'analyst', model: 'openai/gpt-5-mini' }),
    planTask('approve', 'human', 43),
    planTask('brief', 'agent', 50, { agent: 'editor', model: 'anthropic/claude-sonnet-4-5' }),
    planTask('save', 'tool', 58, { tool: 'write_file' }),
  ],
};

const paragraph =
  'A heat pump does not make heat, it moves it: for each kilowatt-hour of electricity it carries three to four ' +
  'kilowatt-hours from the air, the ground or the water into the house. The ratio, known as the seasonal performance ' +
  'factor, was 3.1 on average for air-source systems in a field study of 2022.';

function beginResearch(runId: string, startedAt: number, mock = false): RecordBuilder {
  const record = new RecordBuilder(runId, startedAt);
  record
    .add(runStarted(researchPlan, { mock, inputs: { topic: 'Heat pumps in old houses', facts: 4 } }))
    .start('facts', { input: { prompt: 'List 4 facts on heat pumps in old houses.' } })
    .ask('facts', 'turn[1]#1', 'openai/gpt-5-mini', [
      ['system', instructions],
      ['user', 'List 4 facts on heat pumps in old houses. Answer as JSON.'],
    ])
    .reply('facts', 'turn[1]#1', JSON.stringify({ facts }), { tokens: [412, 168], costNanoUsd: 439_000, afterMs: 2100 })
    .end('facts', { facts })
    .start('paragraphs', { input: [...facts] })
    .start('estimate', { input: { prompt: 'How much does a household of 20 MWh save?' } });
  return record;
}

function writeParagraph(record: RecordBuilder, index: number): void {
  const path = `paragraphs[${index}]`;
  startParagraph(record, index);
  record.reply(path, 'turn[1]#1', paragraph, { tokens: [388, 96], costNanoUsd: 2_604_000, afterMs: 1900 });
  record.end(path, paragraph, { staticPath: 'paragraphs[]' });
}

function startParagraph(record: RecordBuilder, index: number): void {
  const path = `paragraphs[${index}]`;
  const fact = facts[index] ?? '';
  record.start(path, {
    staticPath: 'paragraphs[]',
    item: { index, value: fact },
    input: { prompt: `Explain: ${fact}` },
  });
  record.ask(path, 'turn[1]#1', 'anthropic/claude-sonnet-4-5', [
    ['system', instructions],
    ['user', `Explain for house owners: ${fact}`],
  ]);
}

function estimate(record: RecordBuilder): void {
  record
    .ask('estimate', 'turn[1]#1', 'openai/gpt-5-mini', [
      ['user', 'How much does a household of 20 MWh save? Calculate.'],
    ])
    .reply('estimate', 'turn[1]#1', '', {
      tokens: [301, 44],
      costNanoUsd: 163_000,
      afterMs: 900,
      toolCalls: [{ id: 'call_1', name: 'calculator', arguments: { expression: '20000 * 0.11 - 20000 / 3.1 * 0.29' } }],
    })
    .tool(
      'estimate',
      'turn[1]/tool[1]#1',
      'calculator',
      { expression: '20000 * 0.11 - 20000 / 3.1 * 0.29' },
      329.0322580645161,
    )
    .add(
      {
        type: 'call-started',
        path: 'estimate/turn[2]#1',
        task: 'estimate',
        attempt: 1,
        request: {
          kind: 'model',
          model: 'openai/gpt-5-mini',
          messages: [{ role: 'tool', toolCallId: 'call_1', content: '329.0322580645161' }],
          tools: ['calculator'],
          parameters: {},
        },
        requestHash: 'c1'.repeat(32),
        effect: 'none',
      },
      6,
    )
    .reply('estimate', 'turn[2]#1', 'About 330 € a year, with gas at 11 ct and electricity at 29 ct per kWh.', {
      tokens: [372, 31],
      costNanoUsd: 155_000,
      afterMs: 800,
    })
    .end('estimate', 'About 330 € a year, with gas at 11 ct and electricity at 29 ct per kWh.');
}

/** Two paragraphs done, the third streams, the fourth has only begun. */
export function liveRun(nowMs: number): RecordedRun {
  const record = beginResearch('0197a1c2-5f0e-7c3a-9b1d-4f6e8a2b9c01', nowMs - 14_000);
  estimate(record);
  writeParagraph(record, 0);
  writeParagraph(record, 1);
  startParagraph(record, 2);
  startParagraph(record, 3);
  for (const word of paragraph.slice(0, 210).match(/\S+\s*/g) ?? []) record.progress('paragraphs[2]/turn[1]#1', word);
  return record.build();
}

/** What streams next, word by word. */
export const nextWords = paragraph.slice(210);

/** What follows after `liveRun` until the third paragraph is done. */
export function thirdParagraphEnds(nowMs: number, afterSeq: number): RecordedRun {
  const record = new RecordBuilder('0197a1c2-5f0e-7c3a-9b1d-4f6e8a2b9c01', nowMs);
  record.reply('paragraphs[2]', 'turn[1]#1', paragraph, { costNanoUsd: 2_604_000 });
  record.end('paragraphs[2]', paragraph, { staticPath: 'paragraphs[]' });
  const messages = record.messages.map((message) =>
    message.type === 'event' ? { ...message, event: { ...message.event, seq: message.event.seq + afterSeq } } : message,
  );
  return { runId: record.runId, messages };
}

const reviewForm: Question = {
  kind: 'form',
  message: 'Please read the four paragraphs. Shall the brief be written from them?',
  form: {
    type: 'object',
    required: ['decision', 'audience'],
    properties: {
      decision: { type: 'string', title: 'Decision', enum: ['publish', 'rework', 'drop'] },
      audience: { type: 'string', title: 'Audience', description: 'Who will read it, in a few words.' },
      pages: { type: 'integer', title: 'Pages', minimum: 1, maximum: 4, default: 2 },
      sources: { type: 'boolean', title: 'List the sources at the end', default: true },
      remarks: { type: 'string', title: 'Remarks for the editor', maxLength: 2000 },
    },
  },
};

export const questions = {
  form: reviewForm,
  options: {
    kind: 'options',
    message: 'Four paragraphs are ready. Publish the brief?',
    options: ['Publish', 'Rework first', 'Drop it'],
  },
  approve: {
    kind: 'approve_tool',
    message: 'The agent "editor" wants to write a file.',
    tool: 'write_file',
    input: {
      path: 'out/brief.md',
      content: '# Heat pumps in old houses\n\nA heat pump does not make heat, it moves it.',
    },
  },
  lost: {
    kind: 'lost_call',
    message: 'The engine stopped while "send_mail" was at work.',
    call: 'save/call#1',
    tool: 'send_mail',
    input: { to: 'editors@example.org', subject: 'Brief on heat pumps' },
  },
} as const satisfies Record<string, Question>;

/** Everything before the approval is done, and a person is asked. */
export function waitingRun(nowMs: number, question: Question = reviewForm): RecordedRun {
  const record = beginResearch('0197a1c4-1111-7c3a-9b1d-4f6e8a2b9c02', nowMs - 92_000);
  estimate(record);
  for (const index of facts.keys()) writeParagraph(record, index);
  record
    .end(
      'paragraphs',
      facts.map(() => paragraph),
    )
    .start('approve', { input: { message: question.message } })
    .add({ type: 'question-asked', id: 'approve:question', task: 'approve', question });
  return record.build();
}

/** Rate limits, a retry, then a key that is missing. */
export function failedRun(): RecordedRun {
  const record = beginResearch('0197a1c5-2222-7c3a-9b1d-4f6e8a2b9c03', Date.UTC(2026, 10, 20, 9, 30));
  const limited = {
    code: 'rate_limited',
    message: 'OpenAI refused the call: 30,000 tokens per minute are spent (429).',
    retryable: true,
    remedy: 'The call is made again after 8 s.',
    retryAfterMs: 8000,
  };
  record
    .ask('estimate', 'turn[1]#1', 'openai/gpt-5-mini', [['user', 'How much does a household of 20 MWh save?']])
    .add(
      {
        type: 'call-ended',
        path: 'estimate/turn[1]#1',
        task: 'estimate',
        outcome: { status: 'failed', error: limited },
      },
      310,
    )
    .ask('estimate', 'turn[1]#2', 'openai/gpt-5-mini', [], 2, 8000)
    .reply('estimate', 'turn[1]#2', 'About 330 € a year.', { costNanoUsd: null })
    .end('estimate', 'About 330 € a year.');
  writeParagraph(record, 0);
  startParagraph(record, 1);
  const missing = {
    code: 'missing_key',
    message: 'The paragraph 1 asks anthropic/claude-sonnet-4-5, and there is no key for anthropic (ANTHROPIC_API_KEY).',
    retryable: false,
    remedy: 'Set the key with "Segue: Set API Key…", or run on mock models.',
    details: { secret: 'ANTHROPIC_API_KEY', provider: 'anthropic' },
  };
  record
    .add(
      {
        type: 'call-ended',
        path: 'paragraphs[1]/turn[1]#1',
        task: 'paragraphs[1]',
        outcome: { status: 'failed', error: missing },
      },
      40,
    )
    .add({
      type: 'task-ended',
      path: 'paragraphs[1]',
      staticPath: 'paragraphs[]',
      round: 1,
      status: 'failed',
      error: missing,
    })
    .add({
      type: 'task-ended',
      path: 'paragraphs',
      staticPath: 'paragraphs',
      round: 1,
      status: 'failed',
      error: { code: 'item_failed', message: '1 of 4 elements failed; on_item_error is stop.', retryable: false },
      errors: [{ index: 1, error: missing }],
      partial: [paragraph, null, null, null],
    });
  for (const path of ['approve', 'brief', 'save']) {
    record.add({ type: 'task-ended', path, staticPath: path, round: 1, status: 'skipped', reason: 'upstream_failed' });
  }
  record.add(
    {
      type: 'run-ended',
      status: 'failed',
      error: { ...missing, message: `Task "paragraphs" failed. ${missing.message}` },
    },
    5,
  );
  record.messages.push({ type: 'end' });
  return record.build();
}

/** All done, on mock models, with outputs; one of them is large. */
export function finishedRun(): RecordedRun {
  const record = beginResearch('0197a1c6-3333-7c3a-9b1d-4f6e8a2b9c04', Date.UTC(2026, 10, 20, 10, 0), true);
  estimate(record);
  for (const index of facts.keys()) writeParagraph(record, index);
  const brief = `# Heat pumps in old houses\n\n${paragraph}\n\n${paragraph}\n\n## What it saves\n\nAbout 330 € a year.`;
  record
    .end(
      'paragraphs',
      facts.map(() => paragraph),
    )
    .start('approve', { input: { message: 'Publish?' } })
    .add({ type: 'question-asked', id: 'approve:question', task: 'approve', question: questions.options })
    .add(
      {
        type: 'question-answered',
        id: 'approve:question',
        task: 'approve',
        answer: 'Publish',
        actor: { kind: 'person', via: 'vscode' },
      },
      9000,
    )
    .end('approve', 'Publish')
    .start('brief', { input: { prompt: 'Write the brief.' } })
    .ask('brief', 'turn[1]#1', 'anthropic/claude-sonnet-4-5', [['user', 'Write the brief from these paragraphs.']])
    .reply('brief', 'turn[1]#1', brief, { tokens: [1480, 512], costNanoUsd: 12_120_000, afterMs: 5200 })
    .end('brief', brief)
    .start('save', { input: { path: 'out/brief.md' } })
    .tool('save', 'call#1', 'write_file', { path: 'out/brief.md', content: brief }, { bytes: brief.length })
    .end('save', { bytes: brief.length })
    .add({
      type: 'run-ended',
      status: 'completed',
      outputs: { brief, savings: { perYear: 330, currency: 'EUR', certain: false }, archive: large.reference },
    });
  record.messages.push({ type: 'end' });
  return record.build();
}

/** A tool at work that prints what it does. */
export function printingRun(startedAt: number): RecordedRun {
  const save = { path: 'out/brief.md' };
  const record = new RecordBuilder('run-prints', startedAt)
    .add(runStarted(researchPlan))
    .start('save', { input: save });
  return record.useTool('save', 'call#1', 'save_all', save).progress('save/call#1', 'Saved 1 of 3\n').build();
}

const archive = JSON.stringify(Array.from({ length: 3000 }, (_, index) => ({ index, text: paragraph.slice(0, 60) })));

/** A value that is kept by hash. */
export const large = {
  hash: 'd4'.repeat(32),
  text: archive,
  reference: { $large: { hash: 'd4'.repeat(32), bytes: archive.length, preview: archive.slice(0, 1000) } },
};

/** Everything that a model or a tool could say to do harm. */
export function hostileRun(nowMs: number): RecordedRun {
  const html = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script><style>body{display:none}</style>';
  const evil = `${html}\u001b[31mred\u001b[0m \u202Egnp.exe\u202C \u0000\u0007 javascript:alert(1) ${'x'.repeat(300_000)}`;
  const record = new RecordBuilder('0197a1c7-4444-7c3a-9b1d-4f6e8a2b9c05', nowMs - 3000);
  record
    .add(
      runStarted({
        name: `${html}\u202Erun`,
        tasks: [
          planTask('talk', 'agent', 3, { agent: html }),
          planTask('list', 'for_each', 9, { children: [planTask('list[]', 'set', 10, { label: 'set' })] }),
        ],
      }),
    )
    .start('talk', { input: { [html]: evil } })
    .ask('talk', 'turn[1]#1', html, [['user', evil]])
    .reply('talk', 'turn[1]#1', evil)
    .end('talk', { [html]: evil, proto: { __proto__: null, constructor: html } })
    .start('list', { input: [html] })
    .start('list[0]', { staticPath: 'list[]', item: { index: 0, value: `${html}\u202E` } })
    .add({
      type: 'question-asked',
      id: 'list[0]:question',
      task: 'list[0]',
      question: { kind: 'options', message: evil.slice(0, 400), options: [html] },
    });
  return record.build();
}

/** Thousands of elements, a call in each. */
export function wideRun(elements: number, nowMs: number): RecordedRun {
  const record = new RecordBuilder('0197a1c8-5555-7c3a-9b1d-4f6e8a2b9c06', nowMs - 60_000);
  const plan = planTask('pages', 'for_each', 4, {
    children: [planTask('pages[]', 'agent', 6, { agent: 'reader', label: 'agent' })],
  });
  record.add(runStarted({ name: 'wide', tasks: [plan] })).start('pages', {});
  for (let index = 0; index < elements; index++) {
    const path = `pages[${index}]`;
    record.start(path, { staticPath: 'pages[]', item: { index, value: `page ${index}` } }, 0);
    record.ask(path, 'turn[1]#1', 'openai/gpt-5-mini', [['user', 'Read.']], 1, 0);
    record.reply(path, 'turn[1]#1', 'Read.', { afterMs: 1 });
    record.end(path, 'Read.', { staticPath: 'pages[]', afterMs: 0 });
  }
  return record.build();
}

/** Agents that talk to each other and share a value. */
export function talkingRun(): RecordedRun {
  const plan = {
    name: 'newsroom',
    tasks: [
      planTask('search', 'agent', 4, { agent: 'reporter', model: 'mock/small' }),
      planTask('page', 'agent', 8, { agent: 'editor', model: 'mock/large' }),
    ],
  };
  const done = (output: Json) => ({ status: 'completed', output }) as const;
  const record = new RecordBuilder('0197a1c8-6666-7c3a-9b1d-4f6e8a2b9c07', 1_760_000_000_000);
  const text = 'The tide on Saturday will be the highest in nine years: the harbour road floods at noon.';
  record
    .add(runStarted(plan))
    .start('search', { input: { prompt: 'Look into the spring tide.' } })
    .start('page', { input: { prompt: 'Make the page.' } })
    .answer('search', 'turn[1]/tool[1]#1', {
      by: 'reporter',
      tool: 'send_message',
      input: { to: 'editor', text, priority: 8 },
      outcome: done({ number: 1 }),
      message: { number: 1, to: 'editor', priority: 8 },
    })
    .answer('search', 'turn[1]/tool[2]#1', {
      by: 'reporter',
      tool: 'send_message',
      input: { data: { words: 420 } },
      outcome: done({ number: 2 }),
      message: { number: 2, priority: 5 },
    })
    .answer('search', 'turn[1]/tool[3]#1', {
      by: 'reporter',
      tool: 'set_shared',
      input: { name: 'board.tide', value: 'Harbour road floods' },
      outcome: done({ version: 1 }),
      shared: { name: 'board.tide', version: 1 },
    })
    .answer('search', 'turn[2]/tool[1]#1', {
      by: 'reporter',
      tool: 'set_shared',
      input: { name: 'board.tide', value: 'Harbour road under water on Saturday' },
      outcome: done({ version: 2 }),
      shared: { name: 'board.tide', version: 2 },
    })
    .answer('page', 'turn[1]/tool[1]#1', {
      by: 'editor',
      tool: 'read_messages',
      input: { max: 1 },
      outcome: done({ messages: [{ number: 1, from: 'reporter', to: 'editor', priority: 8, text }], left: 1 }),
      taken: [1],
    })
    .end('search', 'The editor knows.')
    .end('page', 'The harbour road floods.')
    .add({ type: 'run-ended', status: 'completed', outputs: { page: 'The harbour road floods.' } });
  record.messages.push({ type: 'end' });
  return record.build();
}
