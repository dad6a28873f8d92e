// What the sections of a file begin with: an agent, an input, a toolset … and whole files. Snippets.
import type { Skeleton } from './skeleton.ts';

/** By kind of file and section. */
export const sectionSkeletons: { readonly [section: string]: readonly Skeleton[] } = {
  'workflow.agents': [
    {
      label: 'agent',
      detail: 'A model with instructions',
      text: '${1:writer}:\n  model: ${2:mock/small}\n  instructions: $0',
    },
    {
      label: 'agent with tools',
      detail: 'A model that calls tools, turn after turn',
      text: '${1:helper}:\n  model: ${2:mock/small}\n  instructions: ${3:You work step by step.}\n  tools: [${4:calculator}]\n  max_iterations: ${5:8}',
    },
    {
      label: 'agent with a schema',
      detail: 'A model whose answer has fields that expressions know',
      text: '${1:researcher}:\n  model: ${2:mock/small}\n  instructions: ${3:You find facts.}\n  output_schema:\n    type: object\n    required: [${4:facts}]\n    properties:\n      $4: { type: array, items: { type: string } }',
    },
  ],
  'workflow.inputs': [
    {
      label: 'input',
      detail: 'A text that a run is started with',
      text: '${1:topic}:\n  type: string\n  description: $0',
    },
  ],
  'workflow.toolsets': [
    { label: 'toolset', detail: 'A named group of tools', text: '${1:files}:\n  builtin: [${2:read_file}]' },
    {
      label: 'toolset of a module',
      detail: 'Tools of your own, in JavaScript or TypeScript',
      text: '${1:shop}:\n  module: ${2:./tools/shop.ts}\n  tools:\n    ${3:price_of}:\n      description: $0\n      effect: ${4|none,repeatable,once|}\n      input: { type: object, required: [${5:article}], properties: { $5: { type: string } } }',
    },
  ],
  'workflow.shared': [
    {
      label: 'shared value',
      detail: 'A value that tasks read and write',
      text: '${1:count}:\n  type: integer\n  default: ${2:0}',
    },
  ],
  'workflow.outputs': [
    { label: 'output', detail: 'What a run gives back', text: '${1:result}: \\${{ tasks.$0 \\}\\}' },
  ],
  'config.providers': [
    {
      label: 'provider',
      detail: 'An endpoint that speaks the API of OpenAI',
      text: '${1:local}:\n  base_url: ${2:http://localhost:11434/v1}\n  api_key: none',
    },
  ],
};

const workflowSkeleton: Skeleton = {
  label: 'workflow',
  detail: 'A whole file to begin with',
  text: `segue: "1"
name: \${1:my-workflow}

inputs:
  \${2:topic}: { type: string, default: \${3:the sea} }

agents:
  writer:
    model: mock/small
    instructions: You write plainly and briefly.

tasks:
  draft:
    agent: writer
    with:
      prompt: "Write a paragraph about \\\${{ inputs.$2 \\}\\}."

outputs:
  text: \\\${{ tasks.draft.output \\}\\}
$0`,
};

/** By kind of file. */
export const wholeFiles: { readonly [file: string]: readonly Skeleton[] } = {
  workflow: [workflowSkeleton],
  agent: [
    {
      label: 'agent',
      detail: 'A whole file to begin with',
      text: 'model: ${1:mock/small}\ndescription: ${2:Writes plainly.}\ninstructions: $0\n',
    },
  ],
  config: [
    {
      label: 'configuration',
      detail: 'A whole file to begin with',
      text: 'providers:\n  ${1:local}:\n    base_url: ${2:http://localhost:11434/v1}\n    api_key: none\n\nretention:\n  max_days: ${3:90}\n$0',
    },
  ],
};
