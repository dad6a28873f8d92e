// The front door of `run`: what happened, and how to read it. Pure; imports nothing but itself.
export * from './json.ts';
export * from './events/failure.ts';
export * from './events/model-call.ts';
export * from './events/plan.ts';
export * from './events/events.ts';
export * from './protocol/protocol.ts';
export * from './protocol/wire.ts';
export * from './events/large.ts';
export * from './events/codec.ts';
export * from './events/ids.ts';
export * from './state/state.ts';
export * from './state/fold.ts';
export * from './views/tree.ts';
export * from './views/cost.ts';
export * from './views/format.ts';
export * from './views/call-text.ts';
export * from './protocol/panel.ts';
