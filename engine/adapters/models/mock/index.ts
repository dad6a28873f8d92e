export { chooseMock, type MockAnswer, type MockQuery, type MockRule } from './choose.ts';
export { createMockProvider } from './provider.ts';
export { mockToolOutcome } from './tool.ts';
