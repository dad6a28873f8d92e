// Near misses: for each rule one edit of a fixture after which the rule has nothing to say at that place. They show where
// a rule ends. (Where a finding has a fix, the fix is a near miss too; the test tries all of them.)

/** One edit, and the code of which there are fewer findings after it. */
export interface NearMiss {
  readonly code: string;
  /** The name of the fixture, without `.segue.yaml`. */
  readonly fixture: string;
  /** Stands once in the fixture. */
  readonly from: string;
  readonly to: string;
}

const miss = (code: string, fixture: string, from: string, to: string): NearMiss => ({ code, fixture, from, to });

/** By the file of the rule in `workflow/rules/`. */
export const nearMisses: { readonly [rule: string]: readonly NearMiss[] } = {
  'agent-context': [
    miss('missing-key', 'bounds', '{ overflow: truncate }', '{ max_tokens: 1000, overflow: truncate }'),
  ],
  'agent-file': [miss('missing-key', 'library', 'agent: analysis,', 'agent: research,')],
  'agent-line': [miss('cycle', 'extends', 'self: { extends: self,', 'self: { extends: writer,')],
  'agent-links': [
    miss('cycle', 'agents-together', 'sub_agents: [selfish]', 'sub_agents: [billing]'),
    miss(
      'no-effect',
      'agents-together',
      'finder: { model: mock/small, sub_agents: [writer], max_handoffs: 2 }',
      'finder: { model: mock/small, sub_agents: [writer] }',
    ),
  ],
  'agent-model': [miss('missing-key', 'extends', 'none: { instructions', 'none: { model: mock/small, instructions')],
  branches: [
    miss(
      'missing-value',
      'parallels',
      'b: { type: parallel, branches: {} }',
      'b: { type: parallel, branches: { x: { type: set, values: { n: 1 } } } }',
    ),
  ],
  'called-file': [
    miss('called-file', 'calls', 'workflow: ./called/broken.segue.yaml', 'workflow: ./called/reader.segue.yaml'),
    miss('call-cycle', 'calls', 'workflow: ./calls.segue.yaml', 'workflow: ./called/reader.segue.yaml'),
    miss('unusable-file', 'calls', 'workflow: ./called/nothing.segue.yaml', 'workflow: ./called/reader.segue.yaml'),
  ],
  config: [miss('secret-in-file', 'keys.config', 'http://me:secret@localhost', 'http://localhost')],
  critics: [miss('judge-without-score', 'reflect', 'critic: mute', 'critic: critic')],
  cycle: [miss('cycle', 'cycles', 'needs: [a]', 'needs: []')],
  'default-output': [miss('default-mismatch', 'loops', '{ default: none }', '{ default: { n: 2 } }')],
  'duplicate-name': [
    miss(
      'duplicate-name',
      'modules',
      '      order: { description: Orders it once more. }',
      '      order_again: { description: Orders it once more. }',
    ),
  ],
  'dynamic-task': [miss('dynamic-task', 'expressions', 'tasks[inputs.topic].output', "tasks['first'].output")],
  'endless-loop': [
    miss('endless-loop', 'foregone', 'while: round > 0,', 'while: round > 0 && round < 3,'),
    miss('endless-loop', 'foregone', 'until: inputs.pages > 3,', 'until: inputs.pages > round,'),
  ],
  'env-secret-name': [miss('env-secret-name', 'expressions', 'GITHUB_TOKEN]', 'GITHUB_USER]')],
  'exactly-one': [
    miss('missing-key', 'people', 'f: { type: set }', 'f: { type: set, values: { n: 1 } }'),
    miss('conflicting-keys', 'loops', 'while: true, until: false,', 'while: true,'),
  ],
  'expression-syntax': [miss('expression-syntax', 'functions', 'inputs.text + }}', 'inputs.text }}')],
  'expression-types': [
    miss('unknown-env', 'expressions', '${{ env.HOME }}', '${{ env.LANG }}'),
    miss('unknown-config', 'expressions', '${{ config.x }}', ''),
    miss('wrong-arguments', 'functions', 'inputs.text.split()', "inputs.text.split('a')"),
    miss('type-mismatch', 'calls', 'tasks.good.output.summary * 2', 'tasks.good.output.summary'),
    miss('bad-pattern', 'functions', "matches('(a')", "matches('(a)')"),
    miss('not-optional', 'hints', "inputs.kind.orValue('big')", "inputs.order.?note.orValue('big')"),
    miss('may-be-missing', 'hints', 'note: ${{ inputs.order.note }}', 'note: ${{ has(inputs.order.note) }}'),
    miss('condition-not-bool', 'loops', 'until: round,', 'until: round > 1,'),
  ],
  'foregone-conditions': [
    miss('never-true', 'foregone', 'inputs.pages > 20 ||', 'inputs.pages > 19 ||'),
    miss('always-true', 'foregone', 'when: inputs.pages > 0,', 'when: inputs.pages > 1,'),
    miss('always-true', 'foregone', 'gate: { when: round > 0 }', 'gate: { when: round > 1 }'),
  ],
  fusions: [
    miss('quorum-too-large', 'parallels', 'quorum: 3,', 'quorum: 2,'),
    miss(
      'fusion-mismatch',
      'parallels',
      'agents: [one, typed], with: { prompt: Go. }, fusion: { strategy: merge }',
      'agents: [typed, typed], with: { prompt: Go. }, fusion: { strategy: merge }',
    ),
    miss('judge-without-best', 'parallels', 'strategy: best_of, agent: typed', 'strategy: best_of, agent: two'),
  ],
  gates: [
    miss(
      'no-way-back',
      'gates',
      'gate: { judge: scorer, on_fail: rollback }',
      'gate: { judge: scorer, on_fail: retry }',
    ),
    miss('judge-without-score', 'gates', 'judge: mute', 'judge: scorer'),
    miss('no-effect', 'gates', 'gate: { when: true, min_score: 0.5 }', 'gate: { judge: scorer, min_score: 0.5 }'),
  ],
  'handoff-output': [
    miss(
      'different-outputs',
      'agents-together',
      'b: { agent: desk, with: { prompt: Go. } }',
      'b: { agent: desk, with: { prompt: Go. }, output_schema: { type: integer } }',
    ),
  ],
  'invalid-schema': [miss('invalid-schema', 'schemas', 'type: integr', 'type: integer')],
  'items-not-list': [
    miss('items-not-list', 'expressions', 'items: ${{ inputs.topic }}', "items: ${{ inputs.topic.split('') }}"),
  ],
  'language-version': [miss('newer-language', 'version-newer', 'segue: "2"', 'segue: "1"')],
  'mock-entry': [
    miss('mock-mismatch', 'schemas', 'reply: { a: 1 }', 'reply: { a: one }'),
    miss('never-mocked', 'together', '- { tool: send_message, reply: {} }', '- { tool: calculator, reply: {} }'),
  ],
  'model-in-two': [miss('unknown-key', 'older', 'llm_backend: openai, model: gpt-5-mini', 'model: openai/gpt-5-mini')],
  'module-tools': [miss('invalid-schema', 'modules', 'input: { type: array }', 'input: { type: object }')],
  'no-tasks': [miss('missing-value', 'version-number', 'tasks: {}', 'tasks: { a: { type: set, values: { n: 1 } } }')],
  'one-tool-per-name': [miss('duplicate-name', 'tools-twice', 'Orders an article.', 'Orders an article at once.')],
  planners: [miss('missing-key', 'planners', 'may_use: {}', 'may_use: { tools: [calculator] }')],
  'repeated-model': [
    miss(
      'no-effect',
      'local',
      'lokal/llama, local/llama, mock/small, plain',
      'lokal/llama, local/other, mock/small, plain',
    ),
  ],
  'reserved-name': [miss('reserved-name', 'loops', 'as: round,', 'as: place,')],
  routes: [miss('same-route', 'routers', '{ to: [d], description: Two. }', '{ to: [e], description: Two. }')],
  'secret-in-file': [
    miss('secret-in-file', 'secrets', 'sk-ant-api03-Zq4T8vYw2LmNx7RbKd9pQs6H', 'sk-ant-api-your-own-key-goes-here'),
    miss('secret-in-file', 'secrets', 'api_key: h4Tq9Lw2Zx8Kv5Nb3Rm7Yc6Pd', 'api_key: the-key-that-you-were-given'),
    miss('secret-in-file', 'secrets', 'postgres://reader:hunter2hunter2@', 'postgres://reader@'),
  ],
  'secret-not-allowed': [miss('secret-not-allowed', 'expressions', '${{ secrets.OPENAI_API_KEY }}', '${{ env.LANG }}')],
  supervisors: [
    miss('own-specialist', 'supervisors', 'specialists: [reader, reader, lead]', 'specialists: [reader, reader]'),
    miss(
      'no-capability',
      'supervisors',
      'specialists: [writer], goal: Go., assign: capability',
      'specialists: [writer], goal: Go., assign: model',
    ),
  ],
  'timeout-answer': [miss('default-mismatch', 'people', 'on_timeout: { default: c }', 'on_timeout: { default: b }')],
  'tool-input': [
    miss(
      'missing-key',
      'tools',
      '    tool: read_file\n  typo:',
      '    tool: read_file\n    with: { path: a.txt }\n  typo:',
    ),
  ],
  'unknown-names': [
    miss('task-not-visible', 'loops', 'until: tasks.inside.output.n == 1', 'until: output.n == 1'),
    miss('other-scope', 'scopes', 'to: [sum, judge]', 'to: [sum]'),
    miss('unknown-agent', 'names', 'agent: wrtier', 'agent: writer'),
  ],
  'unknown-provider': [miss('unknown-provider', 'local', 'two: { model: lokal/llama', 'two: { model: local/llama')],
  'unordered-shared': [
    miss(
      'unordered-shared',
      'unordered',
      'read_any_time: { agent: writer,',
      'read_any_time: { agent: writer, needs: [write, more],',
    ),
    miss(
      'unordered-shared',
      'unordered',
      'two: { agent: writer, with: { prompt: "${{ shared.mode }}" } }',
      'two: { agent: writer, with: { prompt: mode } }',
    ),
    miss('unordered-shared', 'unordered', 'ask: { tool: get_shared,', 'ask: { tool: get_shared, needs: [today],'),
  ],
  'unreachable-case': [
    miss(
      'unreachable-case',
      'unreachable',
      "when: inputs.size == 'large', to: [large_too]",
      "when: inputs.size == 'small', to: [large_too]",
    ),
  ],
  'unreachable-task': [
    miss(
      'unreachable-task',
      'unreachable',
      'after_off: { agent: writer, needs: [off],',
      'after_off: { agent: writer, needs: [saved],',
    ),
    miss(
      'unreachable-task',
      'unreachable',
      'goes_on: { agent: writer, needs: [stop],',
      'goes_on: { agent: writer, needs: [stop, asked],',
    ),
    miss(
      'unreachable-task',
      'unreachable',
      '- { when: inputs.pages < 1, to: [never] }',
      '- { when: inputs.pages < 2, to: [never] }',
    ),
  ],
  'until-not-time': [miss('until-not-time', 'waits', '2026-02-29T12:00:00Z', '2028-02-29T12:00:00Z')],
  'untrusted-to-tool': [
    miss(
      'untrusted-to-tool',
      'trust',
      'read_it: { tool: read_file, with: { path: "${{ tasks.ask.output }}" } }',
      'read_it: { tool: read_file, with: { path: "${{ inputs.folder }}" } }',
    ),
    miss(
      'untrusted-to-tool',
      'trust',
      'page_unseen: { tool: fetch_page, needs: [sure], with: { url: "${{ tasks.found.output }}" } }',
      'page_unseen: { tool: fetch_page, needs: [sure], with: { url: "${{ tasks.ask.output }}" } }',
    ),
    miss('untrusted-to-tool', 'trust', 'article: "${{ link }}"', 'article: "${{ link_index }}"'),
    miss('untrusted-to-tool', 'trust', 'role: system', 'role: assistant'),
  ],
  'unused-agent': [
    miss(
      'unused-agent',
      'people',
      'k: { type: set, values: { done: true } }',
      'k: { agent: two, with: { prompt: Go. } }',
    ),
  ],
  'unused-element': [
    miss('unused-element', 'unused', 'prompt: "${{ outer }}"', 'prompt: "${{ outer }} ${{ lost_index }}"'),
  ],
  'unused-names': [
    miss('unused-input', 'unused', 'n: "${{ inputs.length }}"', 'n: "${{ inputs.length }} ${{ inputs.tone }}"'),
    miss('unused-toolset', 'unused', 'toolsets: [files]', 'toolsets: [files, spare]'),
    miss('unused-tool', 'unused', 'toolsets: [files]', 'toolsets: [files, shop]'),
  ],
  'unused-task': [miss('unused-task', 'unused-tasks', 'needs: [needed]', 'needs: [needed, left]')],
  'workflow-input': [miss('unknown-key', 'calls', 'with: { txt: Long,', 'with: { text: Long,')],
  'wrapped-condition': [miss('wrapped-condition', 'loops', 'until: "${{ round == 2 }}"', 'until: round == 2')],
};

/** Of what is said before any rule: the syntax, and the shape of keys and values. */
export const nearMissesOfShape: readonly NearMiss[] = [
  miss('yaml-syntax', 'yaml-broken', 'values: { b: 1 }}}', 'values: { b: 1 }}'),
  miss(
    'second-document',
    'second-document',
    '  a: { type: set, values: { b: "---" } }\n---',
    '  a: { type: set, values: { b: "---" } }\n',
  ),
  miss('unresolved-tag', 'yaml-values', '!str Hello', '"!str Hello"'),
  miss('duplicate-key', 'keys', '  a: { type: integer }', '  b: { type: integer }'),
  miss('invalid-key', 'yaml-values', '? [four]', '? four'),
  miss('unknown-alias', 'yaml-values', '*nobody', '*one'),
  miss('recursive-alias', 'yaml-values', '&c { again: *c }', '{ again: 1 }'),
  miss('out-of-range', 'agents-together', 'max_handoffs: 0', 'max_handoffs: 1'),
  miss('invalid-model', 'types', 'model: gpt-5', 'model: openai/gpt-5'),
  miss('missing-value', 'routers', 'routes: [] }', 'routes: [{ to: [d], description: One. }] }'),
];
