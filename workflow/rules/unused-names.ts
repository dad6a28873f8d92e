import { referencesOf } from '../expressions/index.ts';
import type { NamedThing, Range } from '../model/model.ts';
import { textsAt } from '../model/read.ts';
import { declaredTools } from '../model/read-toolsets.ts';
import { holdersOf, removeFix } from './removal.ts';
import type { Facts, Report } from './rule.ts';

/** A name that the file declares. */
interface Declaration {
  readonly kind: 'input' | 'shared' | 'env' | 'toolset' | 'tool';
  readonly name: string;
  readonly nameRange: Range;
  /** What goes with it if it goes. */
  readonly range: Range;
  /** The keys under which it stands. */
  readonly under: readonly string[];
}

const words: { readonly [kind in Declaration['kind']]: string } = {
  input: 'input',
  shared: 'shared value',
  env: 'variable',
  toolset: 'toolset',
  tool: 'tool',
};

/** Inputs, shared values, variables, toolsets and tools of modules that nothing in the file names. */
export function unusedNames(facts: Facts, report: Report): void {
  const used = namesInUse(facts);
  for (const { kind, name, nameRange, range, under } of declarations(facts)) {
    const names = used.get(kind);
    if (names === 'all' || names?.has(name)) continue;
    const message = `Nothing uses the ${words[kind]} \`${name}\`.`;
    const title = `Remove the ${words[kind]} ${name}`;
    const fix = removeFix(facts.document, title, holdersOf(facts.document.root, under), { range });
    const fixes = fix ? [fix] : [];
    report({ code: `unused-${kind}`, severity: 'hint', message, range: nameRange, fixes, tags: ['unnecessary'] });
  }
}

function declarations({ workflow, document, context }: Facts): readonly Declaration[] {
  const used = new Set(context.uses.filter(({ kind }) => kind === 'toolset').map(({ name }) => name));
  const own = new Set(context.uses.filter(({ kind, by }) => kind === 'tool' && by !== 'mock').map(({ name }) => name));
  const isUsed = ({ name, tools }: (typeof workflow.toolsets)[number]): boolean =>
    used.has(name) || tools.some((tool) => own.has(tool));
  return [
    ...workflow.inputs.map((input) => ({ ...input, kind: 'input' as const, under: ['inputs'] })),
    ...workflow.shared.map((value) => ({ ...value, kind: 'shared' as const, under: ['shared'] })),
    ...textsAt(document.root, 'env').map(({ text, range }) => {
      return { kind: 'env' as const, name: text, nameRange: range, range, under: ['env'] };
    }),
    // A toolset without a module is of use to those only who name it.
    ...workflow.toolsets
      .filter((set) => !(set.module && isUsed(set)))
      .map((set) => ({ ...set, kind: 'toolset' as const, under: ['toolsets'] })),
    ...workflow.toolsets
      .filter((set) => set.module && isUsed(set) && !used.has(set.name))
      .flatMap((set) =>
        declaredTools([set]).map((tool) => {
          return { ...tool, kind: 'tool' as const, under: ['toolsets', set.name, 'tools'] };
        }),
      ),
  ];
}

/** What is named; `all` where that is not known before a run, or where files that may name it are not known. */
function namesInUse(facts: Facts): ReadonlyMap<NamedThing, ReadonlySet<string> | 'all'> {
  const { context, agentFiles, expressions } = facts;
  const inFiles = agentFiles.all.map((file) => file.context);
  const found = new Map<NamedThing, Set<string> | 'all'>();
  for (const { kind, name, by } of [context, ...inFiles].flatMap(({ uses }) => uses)) {
    const names = found.get(kind) ?? new Set();
    if (names !== 'all' && by !== 'mock') names.add(name);
    found.set(kind, names);
  }
  const everywhere = [...expressions, ...inFiles.flatMap(({ templates }) => templates.expressions)];
  for (const root of wholeRoots(everywhere.map(({ expression }) => expression.source))) found.set(root, 'all');
  if (namesSharedAsItGoes(facts)) found.set('shared', 'all');
  if (isUnknownAgentNamed(facts))
    for (const kind of ['input', 'env', 'tool', 'toolset'] as const) found.set(kind, 'all');
  return found;
}

const kindOfRoot: ReadonlyMap<string, NamedThing> = new Map([
  ['inputs', 'input'],
  ['shared', 'shared'],
  ['env', 'env'],
]);

/** `json(inputs)`, `inputs[x]`: which of them are meant nobody can say. */
function wholeRoots(sources: readonly string[]): readonly NamedThing[] {
  return sources.flatMap((source) =>
    referencesOf(source).flatMap(
      ({ segments }) => (segments.length === 1 && kindOfRoot.get(segments[0]?.name ?? '')) || [],
    ),
  );
}

/** Agents read and write any shared value with their tools. */
function namesSharedAsItGoes({ workflow, tasks }: Facts): boolean {
  const isTool = (name: string): boolean => name === 'get_shared' || name === 'set_shared';
  const byTask = tasks.some(({ read }) => read?.type === 'tool' && isTool(read.tool) && !hasWrittenName(read.with));
  const planned = tasks.some(({ read }) => read?.type === 'planner' && read.mayUse.tools.some(isTool));
  return byTask || planned || workflow.agents.some(({ tools }) => tools.some(isTool));
}

function hasWrittenName(input: { readonly kind: string } | undefined): boolean {
  if (input?.kind === 'literal') return true;
  if (input?.kind !== 'map' || !('entries' in input)) return false;
  const entries = input.entries as readonly (readonly [string, { readonly kind: string }])[];
  return entries.some(([key, value]) => key === 'name' && value.kind === 'literal');
}

function isUnknownAgentNamed({ context, agentFiles }: Facts): boolean {
  return [context, ...agentFiles.all.map((file) => file.context)].some(({ uses }) =>
    uses.some(({ kind, known, declared, declaredIn, name }) => {
      if (kind !== 'agent' || declared || declaredIn !== undefined) return false;
      return !known || typeof agentFiles.find(name, context.file) !== 'object';
    }),
  );
}
