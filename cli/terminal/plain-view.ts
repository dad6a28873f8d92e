// The same run as plain lines, for pipes and logs: one line per thing that happened.
import { formatDuration, type RunEvent, type RunState, verdictInWords } from '../../run/index.ts';
import type { RunView } from './live-view.ts';
import { harmlessLine, type Painter, signOf } from './style.ts';

/** A view that writes a line per event worth knowing, and nothing else. */
export function createPlainView(write: (line: string) => void, painter: Painter): RunView {
  return {
    update(message, state) {
      if (message.type !== 'event') return;
      const line = lineOf(message.event, state, painter);
      if (line) write(line);
    },
    clear() {},
  };
}

function lineOf(event: RunEvent, state: RunState, painter: Painter): string | undefined {
  switch (event.type) {
    case 'task-started':
      return `${signOf('running', painter)} ${event.path}`;
    case 'gate-judged': {
      const feedback = event.feedback && !event.passed ? `: ${harmlessLine(event.feedback)}` : '';
      return `${signOf(event.passed ? 'completed' : 'failed', painter)} ${event.task}  ${verdictInWords(event)}${feedback}`;
    }
    case 'plan-made':
      return `${signOf('completed', painter)} ${event.task}  planned: ${event.plan.map(({ label }) => label).join(', ')}`;
    case 'task-ended': {
      // Its gate has said so.
      if (event.reason === 'rolled_back') return undefined;
      const startedAt = state.tasks.get(event.path)?.startedAt;
      const took = startedAt === undefined ? '' : `  ${formatDuration(event.at - startedAt)}`;
      const why = event.error ? `  ${event.error.code}: ${harmlessLine(event.error.message)}` : reason(event.reason);
      return `${signOf(event.status, painter)} ${event.path}${took}${why}`;
    }
    case 'call-ended':
    case 'call-answered':
      if (event.outcome.status !== 'failed') return undefined;
      return `! ${event.path}  ${event.outcome.error.code}: ${harmlessLine(event.outcome.error.message)}`;
    case 'call-waiting':
      return `${signOf('waiting', painter)} ${event.path}  ${event.reason.code}: ${harmlessLine(event.reason.message)}`;
    case 'question-asked':
      return `${signOf('waiting', painter)} ${event.task}  ${harmlessLine(event.question.message).slice(0, 200)}`;
    default:
      return undefined;
  }
}

function reason(text: string | undefined): string {
  return text ? `  ${text.replaceAll('_', ' ')}` : '';
}
