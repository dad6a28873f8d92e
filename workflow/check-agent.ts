// What is wrong with an agent in a file of its own: the rules of workflows that concern agents, over its own text.
import { agentSchema } from '../schemas/index.ts';
import type { AgentFile } from './model/agent-files.ts';
import type { Diagnostic } from './model/model.ts';
import { agentContext } from './rules/agent-context.ts';
import { agentFile } from './rules/agent-file.ts';
import { agentLine } from './rules/agent-line.ts';
import { agentLinks } from './rules/agent-links.ts';
import { agentModel } from './rules/agent-model.ts';
import { expressionSyntax } from './rules/expression-syntax.ts';
import { expressionTypes } from './rules/expression-types.ts';
import { invalidSchema } from './rules/invalid-schema.ts';
import { modelInTwo } from './rules/model-in-two.ts';
import { repeatedModel } from './rules/repeated-model.ts';
import type { Facts, Rule } from './rules/rule.ts';
import { secretInFile } from './rules/secret-in-file.ts';
import { secretNotAllowed } from './rules/secret-not-allowed.ts';
import { unknownNames } from './rules/unknown-names.ts';
import { unknownProvider } from './rules/unknown-provider.ts';
import { checkShape, type Report } from './shape/check-shape.ts';
import type { SyntaxDocument } from './syntax/document.ts';

const rulesOfAgents: readonly Rule[] = [
  agentContext,
  agentLine,
  agentLinks,
  agentModel,
  expressionSyntax,
  expressionTypes,
  invalidSchema,
  modelInTwo,
  repeatedModel,
  secretNotAllowed,
  unknownNames,
  unknownProvider,
];

/** Gathers the findings about a document. */
export type Gather = (document: SyntaxDocument, find: (report: Report) => void) => readonly Diagnostic[];

/** Looks at the files of agents for one check: each once. @param facts those of the workflow that names them */
export function agentChecker(facts: Facts, gather: Gather): (file: AgentFile) => readonly Diagnostic[] {
  const known = new Map<AgentFile, readonly Diagnostic[]>();
  const findingsOf = (file: AgentFile): readonly Diagnostic[] => {
    const found = known.get(file);
    if (found) return found;
    known.set(file, []); // Only a circle asks again before the answer is there, and it is reported as one.
    const { document, context } = file;
    const inFile: Facts = {
      ...facts,
      document,
      context,
      tasks: [],
      scopes: [],
      expressions: context.templates.expressions,
    };
    const findings = gather(document, (report) => {
      checkRoot(document, report);
      for (const rule of rulesOfAgents) rule(inFile, report);
      secretInFile(document, new Set(), report);
      agentFile(inFile, findingsOf, report);
    });
    known.set(file, findings);
    return findings;
  };
  return findingsOf;
}

function checkRoot({ root, diagnostics }: SyntaxDocument, report: Report): void {
  if (diagnostics.some(({ code }) => code === 'file-too-large' || code === 'too-deep')) return;
  if (root?.kind === 'map') return checkShape(root, agentSchema, report);
  const message = 'An agent is a map with `model` and `instructions`. Begin with `model:`.';
  report({ code: 'not-an-agent', severity: 'error', message, range: root?.range ?? { start: 0, end: 0 } });
}
