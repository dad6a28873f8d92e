// Whole pieces to begin with: a task of each type, an agent, an input, a file. Snippets; nested lines by two spaces.
import { describeKey } from '../../workflow/index.ts';
import { namesIn, type Question, toolsAt } from './question.ts';

export interface Skeleton {
  readonly label: string;
  readonly detail: string;
  readonly text: string;
}

/** @returns what may begin at a place where names are the author's */
export function skeletonsAt(question: Question): readonly Skeleton[] {
  const { place, root, file } = question;
  const [section, ...more] = place.path;
  if (section === undefined) return file === 'workflow' && root?.kind !== 'map' ? [workflowSkeleton] : [];
  if (place.path.at(-1) === 'tasks' && isTaskMap(question)) return taskSkeletons(question);
  const isBody = describeKey(root, place.path, file)?.kind === 'template';
  if (more.length > 0 || isBody) return [];
  return sectionSkeletons[`${file}.${section}`] ?? [];
}

/** The types of task and what to begin each with. */
function taskSkeletons(question: Question): readonly Skeleton[] {
  const agent = choice(2, namesIn(question, 'agents'), 'writer');
  const tool = choice(
    2,
    toolsAt(question).map(({ name }) => name),
    'calculator',
  );
  const expression = '\\${{ $0 \\}\\}';
  return [
    task('agent', 'An agent answers a prompt', `\${1:draft}:\n  agent: ${agent}\n  with:\n    prompt: $0`),
    task('tool', 'Calls a tool', `\${1:compute}:\n  tool: ${tool}\n  with:\n    $0`),
    task('workflow', 'Calls another file', '${1:report}:\n  workflow: ./${2:report}.segue.yaml$0'),
    task(
      'for_each',
      'Runs a body for each element of a list',
      `\${1:each}:\n  type: for_each\n  items: ${expression}\n  as: \${3:item}\n  do:\n    agent: ${agent}\n    with:\n      prompt: \${4:…}`,
    ),
    task(
      'loop',
      'Runs a body again and again',
      `\${1:improve}:\n  type: loop\n  until: \${3:round == 2}\n  max_iterations: \${4:5}\n  do:\n    agent: ${agent}\n    with:\n      prompt: "\\\${{ output.orValue(\${5:''}) \\}\\}"`,
    ),
    task(
      'pipeline',
      'Runs stages one after another',
      `\${1:letter}:\n  type: pipeline\n  stages:\n    \${3:outline}:\n      agent: ${agent}\n      with:\n        prompt: \${4:…}\n    \${5:body}:\n      agent: ${agent}\n      with:\n        prompt: "\\\${{ tasks.$3.output \\}\\}"`,
    ),
    task(
      'reflect',
      'Writes, has it judged, and writes again',
      `\${1:report}:\n  type: reflect\n  agent: ${agent}\n  critic: \${3:self}\n  criteria: [\${4:it is short}]\n  until: \${5:critique.score >= 0.9}\n  with:\n    prompt: \${6:…}`,
    ),
    task(
      'supervisor',
      'A team: an agent divides a goal among specialists',
      `\${1:team}:\n  type: supervisor\n  agent: ${agent}\n  specialists: [${choice(3, namesIn(question, 'agents'), 'writer')}]\n  goal: $0`,
    ),
    task(
      'planner',
      'An agent plans tasks, which are then done',
      `\${1:reach}:\n  type: planner\n  agent: ${agent}\n  goal: \${3:…}\n  may_use:\n    agents: [${choice(4, namesIn(question, 'agents'), 'writer')}]`,
    ),
    task(
      'condition',
      'Chooses which tasks go on',
      '${1:choose}:\n  type: condition\n  cases:\n    - when: ${2:true}\n      to: [$0]\n  else: []',
    ),
    task(
      'parallel',
      'Runs branches side by side',
      `\${1:views}:\n  type: parallel\n  branches:\n    \${3:one}:\n      agent: ${agent}\n      with:\n        prompt: \${4:…}\n    \${5:other}:\n      agent: ${agent}\n      with:\n        prompt: \${6:…}\n  fusion:\n    strategy: \${7|collect,concat,merge,vote|}`,
    ),
    task(
      'router',
      'An agent chooses which tasks go on',
      `\${1:route}:\n  type: router\n  agent: ${agent}\n  with:\n    prompt: \${3:…}\n  routes:\n    - to: [$0]\n      description: \${4:They ask how something works.}`,
    ),
    task(
      'human',
      'Asks a person and waits',
      '${1:approve}:\n  type: human\n  message: ${2:Go on?}\n  options: [${3:yes, no}]',
    ),
    task('wait', 'Waits for a while, or until a moment', '${1:pause}:\n  type: wait\n  duration: ${2:10m}$0'),
    task(
      'terminate',
      'Ends the run',
      '${1:stop}:\n  type: terminate\n  when: ${2:true}\n  status: ${3|failed,completed,cancelled|}\n  message: $0',
    ),
    task('set', 'Computes values', `\${1:values}:\n  type: set\n  values:\n    \${2:name}: ${expression}`),
  ];
}

function task(type: string, detail: string, text: string): Skeleton {
  return { label: `${type} task`, detail, text };
}

function isTaskMap({ root, place, file }: Question): boolean {
  // Any id may stand there, and what stands under it has the keys of a task.
  return describeKey(root, [...place.path, 'any', 'on_error'], file) !== undefined;
}

/** A choice of a snippet; the first is written. */
function choice(tab: number, names: readonly string[], otherwise: string): string {
  return names.length === 0 ? `\${${tab}:${otherwise}}` : `\${${tab}|${names.join(',')}|}`;
}

const sectionSkeletons: { readonly [section: string]: readonly Skeleton[] } = {
  'workflow.agents': [
    {
      label: 'agent',
      detail: 'A model with instructions',
      text: '${1:writer}:\n  model: ${2:mock/small}\n  instructions: $0',
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
