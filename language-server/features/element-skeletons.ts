// Elements of lists to begin with: entries of `mock`, cases, routes, messages.
import { namesIn, type Question, toolsAt } from './question.ts';
import { choice, type Skeleton } from './skeleton.ts';

/** @param list the key of the list @returns what an element of it may begin with, without its dash */
export function elementsFor(question: Question, list: string): readonly Skeleton[] {
  const agent = choice(1, namesIn(question, 'agents'), 'writer');
  const tool = choice(
    2,
    toolsAt(question).map(({ name }) => name),
    'calculator',
  );
  switch (list) {
    case 'mock':
    case 'entries':
      return [
        {
          label: 'reply of an agent',
          detail: 'What the models of an agent answer',
          text: `agent: ${agent}\nreply: $0`,
        },
        {
          label: 'failure',
          detail: 'The first call of an agent fails',
          text: `agent: ${agent}\nnth: \${2:1}\nerror: { code: \${3:rate_limited}, status: \${4:429} }`,
        },
        {
          label: 'tool call',
          detail: 'An agent asks for a tool, once',
          text: `agent: ${agent}\nnth: 1\ntool_calls:\n  - name: ${tool}\n    arguments: { $0 }`,
        },
        { label: 'result of a tool', detail: 'What a tool gives', text: `tool: ${tool}\nreply: $0` },
      ];
    case 'cases':
      return [{ label: 'case', detail: 'A condition, and what goes on', text: 'when: ${1:true}\nto: [$0]' }];
    case 'routes':
      return [{ label: 'route', detail: 'What may be chosen, and when', text: 'to: [$1]\ndescription: $0' }];
    case 'messages':
      return [{ label: 'message', detail: 'Who says what', text: 'role: ${1|user,system,assistant|}\ncontent: $0' }];
    default:
      return [];
  }
}
