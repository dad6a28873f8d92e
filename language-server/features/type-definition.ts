// From a thing to what says which values it has: its schema, the outputs of the file that it calls, the agent that answers.
import type { Location, Position } from 'vscode-languageserver';
import {
  type NamedThing,
  type NameUse,
  type Node,
  pairOf,
  parseDocument,
  pairsOf,
  type Place,
  valueOf,
} from '../../workflow/index.ts';
import { locationOf } from './definition.ts';
import { thingAt } from './occurrences.ts';
import { type OpenDocument, uriBeside } from './open-document.ts';
import { toOffset } from './ranges.ts';

/** @returns the place; null where nothing says more than the declaration */
export function typeDefinitionAt(document: OpenDocument, position: Position): Location | null {
  if (document.facts.kind === 'config') return null;
  const thing = thingAt(document, toOffset(document.lines, position))?.thing;
  if (!thing?.declared) return null;
  const found = typeOf(document, thing.kind, thing.declared);
  return found ? locationOf(document, found) : null;
}

function typeOf(document: OpenDocument, kind: NamedThing, declared: Place): Place | undefined {
  const { file } = declared;
  if (kind === 'agent') return schemaOfAgent(document, declared);
  const value = valueOfDeclared(rootOf(document, file), declared.range.start);
  if (!value) return undefined;
  if (kind === 'task' || kind === 'branch') return outputOf(document, file, value);
  if (kind === 'tool') return { file, range: pairOf(value, 'output')?.keyNode.range ?? value.range };
  return kind === 'input' || kind === 'shared' ? { file, range: value.range } : undefined;
}

function outputOf(document: OpenDocument, file: string, value: Node): Place | undefined {
  const schema = pairOf(value, 'output_schema') ?? pairOf(value, 'form');
  if (schema) return { file, range: schema.keyNode.range };
  const called = useUnder(document, valueOf(value, 'workflow'));
  if (called?.declaredIn !== undefined) return sectionOf(document, called.declaredIn, 'outputs');
  const agent = useUnder(document, valueOf(value, 'agent'));
  return agent?.declaredAt && schemaOfAgent(document, agent.declaredAt);
}

/** The schema of what an agent answers; the agent itself where it has none of its own. */
function schemaOfAgent(document: OpenDocument, agent: Place): Place {
  const root = rootOf(document, agent.file);
  const value = agent.range.end === 0 ? root : valueOfDeclared(root, agent.range.start);
  const schema = pairOf(value, 'output_schema');
  return schema ? { file: agent.file, range: schema.keyNode.range } : agent;
}

function sectionOf(document: OpenDocument, file: string, key: string): Place {
  const section = pairOf(rootOf(document, file), key);
  return { file, range: section?.keyNode.range ?? { start: 0, end: 0 } };
}

function useUnder({ checked }: OpenDocument, node: Node | undefined): NameUse | undefined {
  return node && checked.uses.find(({ range }) => range.start === node.range.start);
}

function rootOf(document: OpenDocument, file: string): Node | undefined {
  if (file === document.file) return document.syntax.root;
  const text = document.textOf(uriBeside(document.facts.uri, file));
  return text === undefined ? undefined : parseDocument(file, text).root;
}

/** The value of the key that stands at an offset. */
function valueOfDeclared(node: Node | undefined, start: number): Node | undefined {
  if (node?.kind === 'list') {
    for (const item of node.items) {
      const found = valueOfDeclared(item, start);
      if (found) return found;
    }
  }
  for (const { keyNode, value } of pairsOf(node)) {
    if (keyNode.range.start === start) return value;
    const isInside = value.range.start <= start && start < value.range.end;
    const found = isInside ? valueOfDeclared(value, start) : undefined;
    if (found) return found;
  }
  return undefined;
}
