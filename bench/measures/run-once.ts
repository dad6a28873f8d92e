// A run of Segue's core with a model runner that answers at once: what all measures of the core share.
import { createHash } from 'node:crypto';
import { createSystemClock } from '../../engine/adapters/clock/index.ts';
import type { RunPorts } from '../../engine/core/index.ts';
import type { CallResult } from '../../engine/ports/index.ts';
import type { RunStarted } from '../../run/index.ts';
import { builtinTools, checkWorkflow, planOf, type Workflow } from '../../workflow/index.ts';

/** What every call gets. */
export const answer: CallResult = {
  outcome: { status: 'completed', reply: { text: 'done', toolCalls: [], finishReason: 'stop' } },
  spent: { usage: { inputTokens: 1, outputTokens: 1 }, costNanoUsd: 0 },
};

/** The world of a run: real clock and hash, no secrets, no follower. */
export function portsWith(log: RunPorts['log'], calls: RunPorts['calls']): RunPorts {
  return {
    log,
    calls,
    clock: createSystemClock(),
    seal: (value) => value,
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    publish: () => undefined,
    arbiter: { request: () => ({ type: 'grant' }) },
    replies: { findReply: () => Promise.resolve(undefined) },
  };
}

/** Checks a workflow and makes the first event of its runs. Throws when it has errors: then the benchmark is wrong. */
export function prepareRun(text: string): { readonly workflow: Workflow; readonly started: RunStarted } {
  const file = 'bench.segue.yaml';
  const { workflow, diagnostics } = checkWorkflow({ file, text });
  const wrong = diagnostics.find(({ severity }) => severity === 'error');
  if (wrong) throw new Error(`The workflow is not valid: ${wrong.message}`);
  const started: RunStarted = {
    type: 'run-started',
    actor: { kind: 'program', via: 'bench' },
    semantics: 1,
    plan: planOf(workflow, text),
    sources: { [file]: text },
    workspace: '/',
    inputs: {},
    env: {},
    mock: true,
    interactive: false,
    trusted: true,
    tools: builtinTools.filter(({ name }) => workflow.tools.includes(name)),
    prices: {},
  };
  return { workflow, started };
}
