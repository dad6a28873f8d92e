// The core without a loop, for tables: what happens is said line by line, and what follows is read line by line.
import { decide, foldCore, newCore } from '../../engine/core/index.ts';
import { callStarted } from '../../engine/core/call-facts.ts';
import type { Call } from '../../engine/ports/index.ts';
import type { CoreState } from '../../engine/tasks/index.ts';
import type { Fact, Failure, Json, JsonObject, ModelReply, RunEvent, ToolDescriptor } from '../../run/index.ts';
import { failure } from '../../run/index.ts';
import { checkWorkflow } from '../../workflow/index.ts';
import { tools as simulatedTools } from './scenario.ts';

export interface ScriptedSettings {
  readonly tools?: readonly ToolDescriptor[];
  readonly inputs?: JsonObject;
  readonly interactive?: boolean;
}

const actor = { kind: 'person', via: 'test' } as const;
const startMs = 1_000_000;

/** A run of a workflow whose file begins after its header. Time is told in milliseconds since its start. */
export class ScriptedCore {
  readonly state: CoreState;
  readonly events: RunEvent[] = [];
  readonly calls = new Map<string, Call>();
  nowMs = 0;

  /** @param text the file without `segue:` and `name:` */
  constructor(text: string, settings: ScriptedSettings = {}) {
    const tools = settings.tools ?? simulatedTools;
    const checked = checkWorkflow({ file: 'test.segue.yaml', text: `segue: "1"\nname: test\n${text}`, tools });
    const error = checked.diagnostics.find(({ severity }) => severity === 'error');
    if (error) throw new Error(`${error.code}: ${error.message}`);
    this.state = newCore('run', checked.workflow);
    this.record({
      type: 'run-started',
      actor,
      semantics: 1,
      plan: { name: 'test', file: 'test.segue.yaml', inputs: {}, tasks: [] },
      sources: {},
      workspace: '/',
      inputs: settings.inputs ?? {},
      env: {},
      mock: true,
      interactive: settings.interactive ?? true,
      trusted: true,
      tools,
      prices: {},
    });
  }

  /** What follows, until nothing does; calls leave as they are named. One line for each fact. */
  next(): string[] {
    const lines: string[] = [];
    for (let look = 0; look < 10_000; look += 1) {
      const { facts, start, cancels } = decide(this.state);
      for (const fact of facts) lines.push(this.record(fact));
      if (start) {
        this.calls.set(start.path, start);
        lines.push(this.record(callStarted(start, { type: 'grant' }, () => 'hash')));
      }
      for (const path of cancels) lines.push(`cut ${path}`);
      if (facts.length === 0 && !start) return lines;
    }
    throw new Error('this does not end');
  }

  /** A call ends; then what follows. */
  reply(path: string, text: string, more: Partial<ModelReply> = {}): string[] {
    const reply: ModelReply = { text, toolCalls: [], finishReason: 'stop', ...more };
    return this.happens({
      type: 'call-ended',
      path,
      task: this.#taskOf(path),
      outcome: { status: 'completed', reply },
    });
  }

  output(path: string, output: Json): string[] {
    return this.happens({
      type: 'call-ended',
      path,
      task: this.#taskOf(path),
      outcome: { status: 'completed', output },
    });
  }

  fails(path: string, code: string, more: Partial<Failure> = {}): string[] {
    const error = failure(code, `it ${code}`, more);
    return this.happens({ type: 'call-ended', path, task: this.#taskOf(path), outcome: { status: 'failed', error } });
  }

  ends(path: string, status: 'lost' | 'cancelled'): string[] {
    return this.happens({ type: 'call-ended', path, task: this.#taskOf(path), outcome: { status } });
  }

  answers(id: string, answer: Json): string[] {
    const task = this.state.questions.get(id)?.node.path ?? '';
    return this.happens({ type: 'question-answered', id, task, answer, actor });
  }

  /** Time passes to the timer. */
  fires(id: string): string[] {
    const timer = this.state.timers.get(id);
    if (!timer) throw new Error(`there is no timer ${id}, only ${[...this.state.timers.keys()].join(', ')}`);
    this.nowMs = Math.max(this.nowMs, timer.dueAt - startMs);
    return this.happens({ type: 'timer-fired', id, task: timer.task });
  }

  cancel(): string[] {
    return this.happens({ type: 'cancel-requested', actor });
  }

  resume(interactive = true): string[] {
    return this.happens({ type: 'run-resumed', actor, interactive });
  }

  hold(pattern: string): string[] {
    return this.happens({ type: 'hold-set', id: 'h', pattern, owner: 'test', actor });
  }

  release(): string[] {
    return this.happens({ type: 'hold-cleared', id: 'h', actor });
  }

  happens(fact: Fact): string[] {
    this.record(fact);
    return this.next();
  }

  /** The last recorded end of a task. */
  endOf(path: string): Extract<RunEvent, { type: 'task-ended' }> | undefined {
    return this.events.findLast((event) => event.type === 'task-ended' && event.path === path) as
      | Extract<RunEvent, { type: 'task-ended' }>
      | undefined;
  }

  record(fact: Fact): string {
    const event: RunEvent = { ...fact, seq: this.events.length + 1, at: startMs + this.nowMs };
    this.events.push(event);
    foldCore(this.state, event);
    return lineOf(event);
  }

  #taskOf(path: string): string {
    return this.state.inFlight.get(path)?.node.path ?? '';
  }
}

function lineOf(event: RunEvent): string {
  switch (event.type) {
    case 'task-started':
      return `${event.path} starts${event.round > 1 ? ` (${event.round})` : ''}`;
    case 'task-ended': {
      const why = event.status === 'failed' ? event.error?.code : event.reason;
      return `${event.path} ${event.status}${why === undefined ? '' : ` ${why}`}`;
    }
    case 'call-started':
      return `call ${event.path}${event.attempt > 1 ? ` attempt ${event.attempt}` : ''}`;
    case 'call-ended':
      return `${event.path} ${event.outcome.status}`;
    case 'timer-set':
      return `timer ${event.id} at ${event.dueAt - startMs}`;
    case 'question-asked':
      return `ask ${event.id}`;
    case 'run-ended':
      return `run ${event.status}`;
    default:
      return event.type;
  }
}
