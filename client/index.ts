// The front door of `client`: finds, starts and connects to the engine of a folder.
export * from './connect.ts';
export * from './data-dir.ts';
export type { EngineConnection } from './engine-connection.ts';
export * from './engine-error.ts';
export * from './engine-life.ts';
export * from './grants.ts';
export * from './lasting-client.ts';
export * from './offers.ts';
export * from './sources.ts';
export type { EngineProgram } from './start-engine.ts';
