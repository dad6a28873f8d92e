// Builds records of runs that never were, in the shape of real ones: numbered, timed, every start with its end.
import type {
  CallAnswered,
  Fact,
  FollowMessage,
  Json,
  PlanTask,
  RunEvent,
  RunStarted,
  ToolDescriptor,
} from '../../run/index.ts';

export interface RecordedRun {
  readonly runId: string;
  readonly messages: readonly FollowMessage[];
}

export class RecordBuilder {
  readonly messages: FollowMessage[] = [];
  readonly runId: string;
  private at: number;
  private seq = 0;

  constructor(runId: string, startedAt: number) {
    this.runId = runId;
    this.at = startedAt;
  }

  /** Records a fact, `afterMs` later than the one before. */
  add(fact: Fact, afterMs = 0): this {
    this.at += afterMs;
    this.seq += 1;
    this.messages.push({ type: 'event', event: { ...fact, seq: this.seq, at: this.at } satisfies RunEvent });
    return this;
  }

  start(
    path: string,
    more: { staticPath?: string; input?: Json; item?: { index: number; value: Json } } = {},
    afterMs = 4,
  ): this {
    return this.add({ type: 'task-started', path, staticPath: path, round: 1, ...more }, afterMs);
  }

  end(path: string, output: Json, { staticPath = path, afterMs = 3 } = {}): this {
    return this.add({ type: 'task-ended', path, staticPath, round: 1, status: 'completed', output }, afterMs);
  }

  /** A model call that has left: instructions and prompt on its first turn. */
  ask(
    task: string,
    turn: string,
    model: string,
    messages: readonly (readonly ['system' | 'user', string])[],
    attempt = 1,
    afterMs = 5,
  ): this {
    return this.add(
      {
        type: 'call-started',
        path: `${task}/${turn}`,
        task,
        attempt,
        request: {
          kind: 'model',
          model,
          messages: messages.map(([role, content]) => ({ role, content })),
          tools: [],
          parameters: { temperature: 0.3 },
        },
        requestHash: 'a3f5'.repeat(16),
        effect: 'none',
      },
      afterMs,
    );
  }

  reply(
    task: string,
    turn: string,
    text: string,
    { tokens = [900, 220], costNanoUsd = 1_850_000, afterMs = 1400, toolCalls = [] }: ReplyOptions = {},
  ): this {
    const [inputTokens, outputTokens] = tokens;
    return this.add(
      {
        type: 'call-ended',
        path: `${task}/${turn}`,
        task,
        outcome: {
          status: 'completed',
          reply: { text, toolCalls, finishReason: toolCalls.length > 0 ? 'tool_calls' : 'stop' },
        },
        spent: { usage: { inputTokens, outputTokens, cachedInputTokens: Math.floor(inputTokens / 3) }, costNanoUsd },
      },
      afterMs,
    );
  }

  /** A tool call from start to end. */
  tool(task: string, call: string, tool: string, input: Json, output: Json, afterMs = 120): this {
    const outcome = { status: 'completed', output } as const;
    return this.useTool(task, call, tool, input).add(
      { type: 'call-ended', path: `${task}/${call}`, task, outcome },
      afterMs,
    );
  }

  /** The use of a tool that the engine answered itself. */
  answer(
    task: string,
    call: string,
    answered: Pick<CallAnswered, 'by' | 'tool' | 'input' | 'outcome'> & Partial<CallAnswered>,
  ): this {
    return this.add({ type: 'call-answered', path: `${task}/${call}`, task, ...answered }, 2);
  }

  /** A tool call that is under way. */
  useTool(task: string, call: string, tool: string, input: Json): this {
    return this.add(
      {
        type: 'call-started',
        path: `${task}/${call}`,
        task,
        attempt: 1,
        request: { kind: 'tool', tool, input },
        requestHash: 'b7'.repeat(32),
        effect: 'none',
      },
      3,
    );
  }

  progress(call: string, text: string, type: 'text' | 'reasoning' = 'text'): this {
    this.messages.push({ type: 'progress', progress: { type, call, text } });
    return this;
  }

  build(): RecordedRun {
    return { runId: this.runId, messages: this.messages };
  }
}

interface ReplyOptions {
  readonly tokens?: readonly [number, number];
  readonly costNanoUsd?: number | null;
  readonly afterMs?: number;
  readonly toolCalls?: readonly { readonly id: string; readonly name: string; readonly arguments: Json }[];
}

/** A task of a plan, on a line of its own in the file. */
export function planTask(path: string, type: string, line: number, more: Partial<PlanTask> = {}): PlanTask {
  const label = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('[]')) + 1).replace(/^\]?/, '') || type;
  return {
    path,
    label,
    type,
    range: { file: 'research.segue.yaml', startLine: line, startColumn: 2, endLine: line + 3, endColumn: 40 },
    needs: [],
    children: [],
    ...more,
  };
}

export function runStarted(
  plan: Pick<RunStarted['plan'], 'name' | 'tasks'> & Partial<RunStarted['plan']>,
  more: Partial<RunStarted> = {},
): RunStarted {
  return {
    type: 'run-started',
    actor: { kind: 'person', via: 'vscode' },
    semantics: 1,
    plan: { file: 'research.segue.yaml', inputs: {}, ...plan },
    sources: {},
    workspace: '/ada/reports',
    inputs: {},
    env: {},
    mock: false,
    interactive: true,
    trusted: true,
    tools: [] satisfies ToolDescriptor[],
    prices: {},
    ...more,
  };
}
