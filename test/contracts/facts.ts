// Facts to record, made by hand.
import type { Fact, RunEvent, Spent, TaskEnded } from '../../run/index.ts';

/** Facts numbered from `firstSeq`, a millisecond apart from `startAt`. */
export function numbered(facts: readonly Fact[], firstSeq = 1, startAt = 1_760_000_000_000): RunEvent[] {
  return facts.map((fact, index) => ({ ...fact, seq: firstSeq + index, at: startAt + firstSeq + index }));
}

export const actor = { kind: 'person', via: 'terminal' } as const;

export function runStarted(file = 'flow.yaml', name = 'Flow', mock = true): Fact {
  return {
    type: 'run-started',
    actor,
    semantics: 1,
    plan: { name, file, inputs: {}, tasks: [] },
    sources: {},
    workspace: '/work',
    inputs: { topic: 'tea' },
    env: {},
    mock,
    interactive: true,
    trusted: true,
    tools: [],
    prices: {},
    baseUrls: {},
  };
}

export function taskStarted(path: string, round = 1): Fact {
  return { type: 'task-started', path, staticPath: path, round, input: { text: 'é\u0000\ud83d\ude00' } };
}

export function taskEnded(path: string, status: TaskEnded['status'] = 'completed', round = 1): Fact {
  const error = { code: 'broken', message: 'It broke.', retryable: false };
  return { type: 'task-ended', path, staticPath: path, round, status, ...(status === 'failed' && { error }) };
}

export function callStarted(task: string, ordinal = 1, model = 'mock/fast'): Fact {
  return {
    type: 'call-started',
    path: `${task}/turn[1]#${ordinal}`,
    task,
    attempt: 1,
    request: { kind: 'model', model, messages: [], tools: [], parameters: {} },
    requestHash: 'f'.repeat(64),
    effect: 'repeatable',
  };
}

export function callWaiting(task: string, ordinal = 1): Fact {
  const reason = { code: 'missing_key', message: 'A key is missing.', retryable: false };
  return { type: 'call-waiting', path: `${task}/turn[1]#${ordinal}`, task, reason };
}

export function callEnded(task: string, spent?: Spent, ordinal = 1): Fact {
  const reply = { text: 'done', toolCalls: [], finishReason: 'stop' } as const;
  const outcome = { status: 'completed', reply } as const;
  return { type: 'call-ended', path: `${task}/turn[1]#${ordinal}`, task, outcome, ...(spent && { spent }) };
}

export function asked(task: string): Fact {
  const question = { kind: 'options', message: 'Go on?', options: ['yes', 'no'] } as const;
  return { type: 'question-asked', id: `${task}:question`, task, question };
}

export function answered(task: string): Fact {
  return { type: 'question-answered', id: `${task}:question`, task, answer: 'yes', actor };
}
