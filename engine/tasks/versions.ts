// The versions of a `reflect`, as far as the critic has judged them.
import { isJsonObject, type Json } from '../../run/index.ts';
import type { TaskNode } from './state.ts';

export interface Version {
  /** From 1. */
  readonly round: number;
  readonly output: Json;
  readonly critique: Json;
  readonly score: number;
}

/** In their order. */
export function versionsOf({ parts }: TaskNode): readonly Version[] {
  const versions: Version[] = [];
  for (let round = 1; ; round += 1) {
    const [draft, judged] = [parts?.get(`draft[${round}]`), parts?.get(`critique[${round}]`)];
    if (draft?.status !== 'completed' || judged?.status !== 'completed') return versions;
    const critique = judged.output ?? null;
    versions.push({ round, output: draft.output ?? null, critique, score: scoreOf(critique) });
  }
}

/** The best of them: the first with the highest score. */
export function bestOf(versions: readonly Version[]): Version | undefined {
  const highest = Math.max(...versions.map(({ score }) => score));
  return versions.find(({ score }) => score === highest);
}

/** The schema of a critique holds a number. */
function scoreOf(critique: Json): number {
  const score = isJsonObject(critique) ? critique['score'] : undefined;
  return typeof score === 'number' ? score : 0;
}
