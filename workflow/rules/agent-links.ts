import type { AgentDraft } from '../model/draft.ts';
import type { Agent, Range } from '../model/model.ts';
import { pairOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

/** Agents that other agents may ask or hand over to: none that asks itself in the end, and no name for two things. */
export function agentLinks(facts: Facts, report: Report): void {
  const told = new Set<string>();
  for (const draft of facts.context.agentDrafts) {
    const agent = facts.context.agentOf(draft);
    if (!agent) continue;
    circle(draft, agent, told, report);
    names(draft, agent, report);
    const limit = pairOf(draft.node, 'max_handoffs');
    if (!limit || agent.handoffs.length > 0) continue;
    const message = '`max_handoffs` has no effect: the agent has no `handoffs`.';
    report({ code: 'no-effect', severity: 'warning', message, range: limit.keyNode.range });
  }
}

/** @param told the agents of circles that were reported */
function circle(draft: AgentDraft, agent: Agent, told: Set<string>, report: Report): void {
  if (told.has(agent.name)) return;
  const way = wayBack(agent);
  if (!way) return;
  for (const { name } of way) told.add(name);
  const shown = [...way, agent].map(({ name }) => `\`${name}\``).join(' → ');
  const message = `These agents would ask each other without end: ${shown}.`;
  report({ code: 'cycle', severity: 'error', message, range: rangeOf(draft, way[1]?.name ?? agent.name) });
}

/** The shortest way along `sub_agents` from an agent back to it, itself first. */
function wayBack(agent: Agent): readonly Agent[] | undefined {
  const ways = new Map<Agent, readonly Agent[]>([[agent, [agent]]]);
  for (const [at, way] of ways) {
    for (const link of at.subAgents) {
      const next = link.agent();
      if (next === agent) return way;
      if (next && !ways.has(next)) ways.set(next, [...way, next]);
    }
  }
  return undefined;
}

/** Where an agent names a sub-agent; its own name, where it has taken that over. */
function rangeOf({ own, nameRange }: AgentDraft, subAgent: string): Range {
  return own.subAgents?.find(({ name }) => name === subAgent)?.range ?? nameRange;
}

/** Names that would stand for a place in the record too: `draft/turn[1]`, `draft/gate[1]`. */
const taken = new Set(['turn', 'gate']);

function names(draft: AgentDraft, { name, tools, subAgents, handoffs }: Agent, report: Report): void {
  const handsOver = new Set(handoffs.map((link) => `handoff_to_${link.name}`));
  for (const { name: other } of subAgents) {
    const range = rangeOf(draft, other);
    if (taken.has(other)) {
      const message = `\`${other}\` can not be the name of a sub-agent: it already means something in the record. Extend it under another name.`;
      report({ code: 'reserved-name', severity: 'error', message, range });
    }
    if (!tools.includes(other) && !handsOver.has(other)) continue;
    const message = `\`${other}\` is both a tool of \`${name}\` and one of its sub-agents, which are tools too. Extend the agent under another name.`;
    report({ code: 'duplicate-name', severity: 'error', message, range });
  }
  for (const tool of tools.filter((one) => handsOver.has(one))) {
    const message = `The tool \`${tool}\` has the name of one that \`${name}\` gets from its \`handoffs\`.`;
    report({ code: 'duplicate-name', severity: 'error', message, range: draft.nameRange });
  }
}
