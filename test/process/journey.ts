// The workflow of the crash test: thirty model tasks in every shape that a workflow can give them, and three bookings
// that must not be made twice. Each prompt begins with the path of its task, and holds the answer before it: one that was
// lost or repeated changes all that follow.

const facts = 8;
const links = 16;
const rounds = 3;
/** A booking comes after each of these links. */
const booked = [4, 9, 14];

/** The paths of the tasks that call a model. */
export const modelTasks: readonly string[] = [
  ...numbers(0, facts).map((number) => `facts[${number}]`),
  ...numbers(1, links).map((number) => `link${number}`),
  ...numbers(1, rounds).flatMap((round) => [`polish[${round}]/text`, `polish[${round}]/verdict`]),
];

export const bookings: readonly string[] = booked.map((number) => `book${number}`);

/** The file. @param url the server of models and bookings */
export function journeyWorkflow(url: string): string {
  return `segue: "1"
name: journey
agents:
  worker: { model: counting/model, instructions: You go on from what was said. }
tasks:
  facts:
    type: for_each
    items: \${{ range(${facts}) }}
    as: fact
    max_parallel: 3
    do: { agent: worker, with: { prompt: "facts[\${{ fact }}] of many" } }
${numbers(1, links)
  .map((number) => linkOf(number, url))
  .join('\n')}
  polish:
    type: loop
    needs: [link${links}]
    until: round == ${rounds}
    max_iterations: ${rounds}
    do:
      tasks:
        text:
          agent: worker
          with: { prompt: "polish[\${{ round }}]/text after \${{ output.orValue(tasks.link${links}.output) }}" }
        verdict:
          agent: worker
          with: { prompt: "polish[\${{ round }}]/verdict on \${{ tasks.text.output }}" }
      output: \${{ tasks.verdict.output }}
outputs:
  facts: \${{ tasks.facts.output }}
  last: \${{ tasks.polish.output }}
  booked: \${{ tasks.book${booked.at(-1)}.output.booked }}
`;
}

function linkOf(number: number, url: string): string {
  const before = number === 1 ? 'facts' : booked.includes(number - 1) ? `book${number - 1}` : `link${number - 1}`;
  const said = number === 1 ? 'tasks.facts.output' : `tasks.link${number - 1}.output`;
  const link = `  link${number}:
    needs: [${before}]
    agent: worker
    with: { prompt: "link${number} after \${{ ${said} }}" }`;
  if (!booked.includes(number)) return link;
  return `${link}
  book${number}:
    needs: [link${number}]
    tool: book
    with: { url: "${url}", name: book${number} }`;
}

function numbers(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
