// Hover: what a key is for, what a name stands for, what an expression means.
import type { Hover, Position } from 'vscode-languageserver';
import {
  allTasks,
  modelsOf,
  builtinTools,
  describeKey,
  type Expression,
  hoverExpression,
  libraryText,
  locateTask,
  type NameUse,
  type Range,
  type Workflow,
} from '../../workflow/index.ts';
import { keyDocs } from './key-docs.ts';
import { findAt } from './node-at.ts';
import type { OpenDocument } from './open-document.ts';
import { toLspRange, toOffset, touches } from './ranges.ts';

/** @returns what there is to say about a position, as Markdown */
export function hoverAt(document: OpenDocument, position: Position): Hover | null {
  const offset = toOffset(document.lines, position);
  const said = aboutExpression(document, offset) ?? aboutName(document, offset) ?? aboutKey(document, offset);
  if (!said || said.markdown === '') return null;
  return { contents: { kind: 'markdown', value: said.markdown }, range: toLspRange(document.lines, said.range) };
}

interface Said {
  readonly markdown: string;
  readonly range: Range;
}

function aboutExpression(document: OpenDocument, offset: number): Said | undefined {
  if (document.facts.kind === 'config') return undefined;
  const expression = document.checked.expressions.find(({ place }) => touches(place.range, offset));
  if (!expression) return undefined;
  const hover = hoverExpression(expression.source, offsetInSource(expression, offset), expression.names());
  if (!hover) return undefined;
  const range = { start: expression.toFileOffset(hover.range.start), end: expression.toFileOffset(hover.range.end) };
  const isThere = touches(range, offset);
  return isThere
    ? { markdown: [code(hover.title, 'text'), hover.docs].filter(Boolean).join('\n\n'), range }
    : undefined;
}

/** The way back of `toFileOffset`, which never goes down. */
function offsetInSource({ source, toFileOffset }: Expression, offset: number): number {
  let low = 0;
  let high = source.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (toFileOffset(middle) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function aboutName(document: OpenDocument, offset: number): Said | undefined {
  if (document.facts.kind === 'config') return undefined;
  const use = document.checked.uses.find(({ range, by }) => by !== 'expression' && touches(range, offset));
  if (!use) return undefined;
  const markdown = describeName(document, use);
  return markdown === undefined ? undefined : { markdown, range: use.range };
}

function describeName(document: OpenDocument, { kind, name }: NameUse): string | undefined {
  const { workflow } = document.checked;
  const isNamed = (named: { readonly name: string }) => named.name === name;
  switch (kind) {
    case 'agent': {
      const agent = workflow.agents.find(isNamed);
      if (!agent) return aboutLibraryAgent(name);
      const models = modelsOf(agent).map((model) => `\`${model}\``);
      return lines(
        `**${name}** · agent · ${models.join(', else ')}`,
        agent.description,
        listed('Capabilities', agent.capabilities),
        listed('Tools', agent.tools),
        listed(
          'Asks',
          agent.subAgents.map(({ name: other }) => other),
        ),
        listed(
          'Hands over to',
          agent.handoffs.map(({ name: other }) => other),
        ),
      );
    }
    case 'tool': {
      const module = workflow.toolsets.find(({ module }) => module?.tools.some(isNamed))?.module;
      const tool = module?.tools.find(isNamed) ?? builtinTools.find(isNamed);
      if (!tool) return undefined;
      const asks = tool.asks === 'first' ? 'Asks a person, until they allow it for the whole run.' : undefined;
      return lines(`**${name}** · tool${module ? ` · \`${module.path}\`` : ''}`, tool.description, asks);
    }
    case 'toolset': {
      const toolset = workflow.toolsets.find(isNamed);
      return toolset && lines(`**${name}** · toolset`, toolset.tools.map((tool) => `\`${tool}\``).join(', '));
    }
    case 'workflow-file':
      return aboutCalled(workflow, name);
    case 'task':
    case 'task-path': {
      const task = kind === 'task' ? allTasks(workflow.root.tasks).find(isNamed) : locateTask(workflow, name)?.task;
      return task && lines(`**${name}** · ${task.type} task`, task.description);
    }
    case 'shared': {
      const shared = workflow.shared.find(isNamed);
      return shared && lines(`**${name}** · shared value`, code(JSON.stringify(shared.schema), 'json'));
    }
    case 'input':
    case 'output':
    case 'branch':
    case 'variable':
    case 'env':
      return undefined;
  }
}

/** There is no file to go to, so its text is shown. */
function aboutLibraryAgent(name: string): string | undefined {
  const text = libraryText(name);
  return text && lines(`**${name}** · agent that comes with Segue`, code(text.trimEnd(), 'yaml'));
}

function listed(what: string, names: readonly string[]): string | undefined {
  return names.length > 0 ? `${what}: ${names.map((name) => `\`${name}\``).join(', ')}` : undefined;
}

function aboutCalled(workflow: Workflow, reference: string): string | undefined {
  const task = allTasks(workflow.root.tasks).find((one) => one.type === 'workflow' && one.reference === reference);
  const called = task?.type === 'workflow' ? task.called?.workflow : undefined;
  if (!called) return undefined;
  const namesOf = (things: readonly { readonly name: string }[]) => things.map(({ name }) => `\`${name}\``).join(', ');
  const [inputs, outputs] = [namesOf(called.inputs), namesOf(called.outputs)];
  const takes = inputs && `Inputs: ${inputs}`;
  return lines(`**${called.name}** · workflow`, called.description, takes, outputs && `Outputs: ${outputs}`);
}

function aboutKey(document: OpenDocument, offset: number): Said | undefined {
  const { root } = document.syntax;
  const found = findAt(root, offset);
  if (!found) return undefined;
  const info = describeKey(root, found.path, document.facts.kind);
  if (!info) return undefined;
  // A long text has nothing to learn from its key; a word of the schema has.
  if (found.on === 'value' && info.values.length === 0 && info.kind !== 'duration' && info.kind !== 'model')
    return undefined;
  return { markdown: keyDocs(info), range: found.range };
}

function lines(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

function code(text: string, language: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
