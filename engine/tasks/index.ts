// The front door of the task types: what a task is at run time, and one look at it.
export { startFact } from './begin.ts';
export { isBadReply, mayBeReused } from './agent.ts';
export { roomOf, stopsForEach } from './for-each.ts';
export { endOfFile } from './file-end.ts';
export { addMessage, type BusMessage, channelOf, takeMessages } from './bus.ts';
export { resolveInputs } from './inputs.ts';
export { fallbackNode, openFile, openItems, openScope, roundNode } from './instances.ts';
export { lookAt } from './look.ts';
export { isExhausted, stopsLoop } from './loop.ts';
export { isMissed } from './gated.ts';
export { hasParts, partNamed } from './part-plans.ts';
export { stopsPipeline } from './pipeline.ts';
export { isSentBackTo, stagesAfter } from './stages.ts';
export { callerOf } from './registry.ts';
export { sharedNameOf, writeShared } from './shared-values.ts';
export { isUncertain, nextCallPath } from './slot.ts';
export * from './state.ts';
export { stopsCall } from './workflow.ts';
