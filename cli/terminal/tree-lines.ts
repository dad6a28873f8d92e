// The tree of a run as lines of text. Pure: the same for the live view, the end of a run and `segue show`.
import { formatCost, formatDuration, formatTokens, type RunState, type TreeNode, treeOf } from '../../run/index.ts';
import { columnsOf, cutTo, endOf, harmlessLine, type Painter, signOf } from './style.ts';

/** How the tree is drawn. */
export interface TreeLook {
  readonly painter: Painter;
  /** Epoch ms, for the elapsed time of what is still open. */
  readonly now: number;
  /** Columns; longer lines are cut. */
  readonly width: number;
  /** Turns the signs of running tasks. */
  readonly frame: number;
  /** Show model and tool calls as rows. */
  readonly calls: boolean;
  /** The last words that a call has streamed, by call path. */
  readonly streaming?: ReadonlyMap<string, string>;
}

/** A line of the tree. */
export interface TreeRow {
  readonly line: string;
  /** Whether something goes on there, or waits. */
  readonly isOpen: boolean;
}

/** One line per task, element and (if wanted) call, indented. */
export function treeLines(state: RunState, look: TreeLook): string[] {
  return treeRows(state, look).map(({ line }) => line);
}

/** The same, with what a view must know to choose among the lines. */
export function treeRows(state: RunState, look: TreeLook): TreeRow[] {
  return treeOf(state).flatMap((node) => nodeRows(node, 0, look));
}

function nodeRows(node: TreeNode, depth: number, look: TreeLook): TreeRow[] {
  if (node.kind === 'call' && !look.calls && node.status !== 'waiting') return [];
  const children = node.children.flatMap((child) => nodeRows(child, depth + 1, look));
  const isOpen = node.status === 'running' || node.status === 'waiting';
  const words = streamedWords(node, look);
  return [
    { line: nodeLine(node, depth, look), isOpen },
    ...(words ? [{ line: streamLine(words, depth + 1, look), isOpen }] : []),
    ...children,
  ];
}

function nodeLine(node: TreeNode, depth: number, look: TreeLook): string {
  const { painter } = look;
  const label = harmlessLine(node.label);
  const about = aboutOf(node);
  const figures = figuresOf(node, look.now);
  const room = look.width - depth * 2 - 2 - figures.length - 2;
  const text = cutTo(about ? `${label}  ${about}` : label, Math.max(8, room));
  const shownAbout = text.slice(label.length);
  const painted = text.length > label.length ? text.slice(0, label.length) + painter.paint('dim', shownAbout) : text;
  const gap = ' '.repeat(Math.max(2, room - columnsOf(text) + 2));
  const sign = signOf(node.status, painter, look.frame);
  return `${'  '.repeat(depth)}${sign} ${painted}${figures ? gap + painter.paint('dim', figures) : ''}`;
}

function aboutOf(node: TreeNode): string {
  const who = node.kind === 'call' ? (node.target ?? '') : doerOf(node);
  const what = node.role && !isSaid(node.role, node.label) ? node.role : '';
  const why = node.error ? harmlessLine(node.error.message) : (node.reason?.replaceAll('_', ' ') ?? '');
  return [what, who, node.note && harmlessLine(node.note), why].filter(Boolean).join(' · ');
}

/** True if the label says what the row is: `try 2`, and `[0]` for an element. */
function isSaid(role: string, label: string): boolean {
  return role === 'element' || label === role || label.startsWith(`${role} `);
}

/** `writer`, or `writer on openai/gpt-5-mini` when a fallback model answered; the file that is called; of other tasks the type. */
function doerOf({ agent, answeredBy, workflow, type, label, role }: TreeNode): string {
  // What is tried, and by whom, is said where the tries are.
  if (role === 'try' && answeredBy === undefined) return '';
  if (agent !== undefined) {
    const what = type === 'agent' || role !== undefined ? '' : `${type} · `;
    const who = agent === label && answeredBy === undefined ? '' : agent;
    return answeredBy === undefined ? what + who : `${what}${agent} on ${answeredBy}`;
  }
  if (workflow !== undefined) return harmlessLine(workflow);
  return type === label || type === 'graph' ? '' : type;
}

/** `1.2k tok · $0.0031 · 4.2 s`, as far as there is something to say. */
function figuresOf(node: TreeNode, now: number): string {
  const { inputTokens, outputTokens, costNanoUsd, costKnown } = node.totals;
  const tokens = inputTokens + outputTokens;
  const parts = [];
  if (tokens > 0) parts.push(`${formatTokens(tokens)} tok`);
  if (tokens > 0) parts.push(formatCost(costNanoUsd, costKnown));
  if (node.startedAt !== undefined) parts.push(formatDuration((node.endedAt ?? now) - node.startedAt));
  return parts.join(' · ');
}

function streamedWords(node: TreeNode, look: TreeLook): string | undefined {
  if (node.status !== 'running' || !look.streaming) return undefined;
  if (node.kind === 'call') return look.calls ? look.streaming.get(node.path) : undefined;
  const call = node.children.find((child) => child.kind === 'call' && child.status === 'running');
  return call && look.streaming.get(call.path);
}

function streamLine(words: string, depth: number, look: TreeLook): string {
  const line = harmlessLine(words);
  const tail = endOf(line, Math.max(8, look.width - depth * 2 - 2));
  return `${'  '.repeat(depth)}${look.painter.paint('dim', tail)}`;
}
