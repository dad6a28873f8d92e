// Every rule, in no order that matters: findings are sorted by place.
import { agentContext } from './agent-context.ts';
import { agentLine } from './agent-line.ts';
import { agentLinks } from './agent-links.ts';
import { agentModel } from './agent-model.ts';
import { branches } from './branches.ts';
import { calledFile } from './called-file.ts';
import { critics } from './critics.ts';
import { cycle } from './cycle.ts';
import { defaultOutput } from './default-output.ts';
import { duplicateName } from './duplicate-name.ts';
import { dynamicTask } from './dynamic-task.ts';
import { endlessLoop } from './endless-loop.ts';
import { envSecretName } from './env-secret-name.ts';
import { exactlyOne } from './exactly-one.ts';
import { expressionSyntax } from './expression-syntax.ts';
import { expressionTypes } from './expression-types.ts';
import { foregoneConditions } from './foregone-conditions.ts';
import { fusions } from './fusions.ts';
import { gates } from './gates.ts';
import { handoffOutput } from './handoff-output.ts';
import { invalidSchema } from './invalid-schema.ts';
import { itemsNotList } from './items-not-list.ts';
import { languageVersion } from './language-version.ts';
import { mockEntry } from './mock-entry.ts';
import { oneToolPerName } from './one-tool-per-name.ts';
import { modelInTwo } from './model-in-two.ts';
import { moduleTools } from './module-tools.ts';
import { noTasks } from './no-tasks.ts';
import { planners } from './planners.ts';
import { repeatedModel } from './repeated-model.ts';
import { reservedName } from './reserved-name.ts';
import { routes } from './routes.ts';
import type { Rule } from './rule.ts';
import { secretNotAllowed } from './secret-not-allowed.ts';
import { supervisors } from './supervisors.ts';
import { timeoutAnswer } from './timeout-answer.ts';
import { toolInput } from './tool-input.ts';
import { unknownNames } from './unknown-names.ts';
import { unknownProvider } from './unknown-provider.ts';
import { untilNotTime } from './until-not-time.ts';
import { unorderedShared } from './unordered-shared.ts';
import { unreachableCase } from './unreachable-case.ts';
import { unreachableTask } from './unreachable-task.ts';
import { untrustedToTool } from './untrusted-to-tool.ts';
import { unusedAgent } from './unused-agent.ts';
import { unusedElement } from './unused-element.ts';
import { unusedNames } from './unused-names.ts';
import { unusedTask } from './unused-task.ts';
import { workflowInput } from './workflow-input.ts';
import { wrappedCondition } from './wrapped-condition.ts';

export const rules: readonly Rule[] = [
  agentContext,
  agentLine,
  agentLinks,
  agentModel,
  branches,
  calledFile,
  critics,
  cycle,
  defaultOutput,
  duplicateName,
  dynamicTask,
  endlessLoop,
  envSecretName,
  exactlyOne,
  expressionSyntax,
  expressionTypes,
  foregoneConditions,
  fusions,
  gates,
  handoffOutput,
  invalidSchema,
  itemsNotList,
  languageVersion,
  mockEntry,
  modelInTwo,
  moduleTools,
  noTasks,
  oneToolPerName,
  planners,
  repeatedModel,
  reservedName,
  routes,
  secretNotAllowed,
  supervisors,
  timeoutAnswer,
  toolInput,
  unknownNames,
  unknownProvider,
  untilNotTime,
  unorderedShared,
  unreachableCase,
  unreachableTask,
  untrustedToTool,
  unusedAgent,
  unusedElement,
  unusedNames,
  unusedTask,
  workflowInput,
  wrappedCondition,
];
