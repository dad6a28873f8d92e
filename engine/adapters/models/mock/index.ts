export { chooseMock, type MockAnswer, type MockQuery, type MockRule } from './choose.ts';
export { createMockProvider, type MockParts } from './provider.ts';
export { mockToolOutcome } from './tool.ts';
