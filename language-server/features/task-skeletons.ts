// Whole tasks to begin with, one of each type. Snippets; nested lines by two spaces.
import { namesIn, type Question, toolsAt } from './question.ts';
import { choice, type Skeleton } from './skeleton.ts';

export interface TaskSkeleton extends Skeleton {
  readonly type: string;
}

/** The types of task and what to begin each with. */
export function taskSkeletons(question: Question): readonly TaskSkeleton[] {
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

function task(type: string, detail: string, text: string): TaskSkeleton {
  return { label: `${type} task`, type, detail, text };
}
