// The workflow of the crash test: thirty model tasks in every shape that a workflow can give them, and ten bookings
// that must not be made twice: every fourth task is one. Each prompt begins with the path of its task, and holds the answer before it: one that was
// lost or repeated changes all that follow.

const facts = 8;
const links = 9;
const parts = 7;
const rounds = 3;
/** A booking comes after each link, and one after all. */
const lastBooking = `book${links + 1}`;

/** The paths of the tasks that call a model. */
export const modelTasks: readonly string[] = [
  ...numbers(0, facts).map((number) => `facts[${number}]`),
  ...numbers(1, links).map((number) => `link${number}`),
  ...numbers(1, parts).map((number) => `elsewhere/part${number}`),
  ...numbers(1, rounds).flatMap((round) => [`polish[${round}]/text`, `polish[${round}]/verdict`]),
];

/** Those of them that have others beside them. */
export const sideBySide: readonly string[] = modelTasks.filter((task) => /^facts|part[12]$/.test(task));

export const bookings: readonly string[] = numbers(1, links + 1).map((number) => `book${number}`);

/** The files, by their paths. @param url the server of models and bookings */
export function journeyFiles(url: string): { readonly [path: string]: string } {
  return { 'journey.segue.yaml': journey(url), 'elsewhere.segue.yaml': elsewhere };
}

function journey(url: string): string {
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
  elsewhere:
    needs: [book${links}]
    workflow: ./elsewhere.segue.yaml
    with: { said: "\${{ tasks.link${links}.output }}" }
  polish:
    type: loop
    needs: [elsewhere]
    until: round == ${rounds}
    max_iterations: ${rounds}
    do:
      tasks:
        text:
          agent: worker
          with: { prompt: "polish[\${{ round }}]/text after \${{ output.orValue(tasks.elsewhere.output.last) }}" }
        verdict:
          agent: worker
          with: { prompt: "polish[\${{ round }}]/verdict on \${{ tasks.text.output }}" }
      output: \${{ tasks.verdict.output }}
${bookingOf(lastBooking, 'polish', url)}
outputs:
  facts: \${{ tasks.facts.output }}
  last: \${{ tasks.polish.output }}
  booked: \${{ tasks.${lastBooking}.output.booked }}
`;
}

/** A chain of its own, of which the first two go side by side. */
const elsewhere = `segue: "1"
name: elsewhere
inputs:
  said: { type: string }
agents:
  worker: { model: counting/model, instructions: You go on elsewhere. }
tasks:
${numbers(1, parts).map(partOf).join('\n')}
outputs:
  last: \${{ tasks.part${parts}.output }}
`;

function partOf(number: number): string {
  const said = number <= 2 ? 'inputs.said' : `tasks.part${number - 2}.output + tasks.part${number - 1}.output`;
  return `  part${number}: { agent: worker, with: { prompt: "elsewhere/part${number} after \${{ ${said} }}" } }`;
}

function linkOf(number: number, url: string): string {
  const before = number === 1 ? 'facts' : `book${number - 1}`;
  const said = number === 1 ? 'tasks.facts.output' : `tasks.link${number - 1}.output`;
  return `  link${number}:
    needs: [${before}]
    agent: worker
    with: { prompt: "link${number} after \${{ ${said} }}" }
${bookingOf(`book${number}`, `link${number}`, url)}`;
}

function bookingOf(name: string, after: string, url: string): string {
  return `  ${name}:
    needs: [${after}]
    tool: book
    with: { url: "${url}", name: ${name} }`;
}

/** So many numbers, from the first on. */
export function numbers(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
