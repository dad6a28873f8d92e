import type { Command } from '../../run/index.ts';
import type { Submission } from '../core/index.ts';

/** What a live run is told for a client's command. */
export function submissionOf(command: Exclude<Command, { type: 'resume' | 'offer' }>): Submission {
  const { actor } = command;
  switch (command.type) {
    case 'cancel':
      return { type: 'cancel-requested', actor };
    case 'answer':
      return { type: 'question-answered', id: command.question, answer: command.answer, actor };
    case 'set-hold':
      return { type: 'hold-set', id: command.id, pattern: command.pattern, owner: actor.via, actor };
    case 'clear-hold':
      return { type: 'hold-cleared', id: command.id, actor };
  }
}
