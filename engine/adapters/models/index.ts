// The front door of the model adapters: the providers, and the one way to make a model call.
export { callModel, estimate, type ModelCallParts } from './call-model.ts';
export { ModelError } from './model-error.ts';
export { createAnthropicProvider } from './anthropic/index.ts';
export {
  chooseMock,
  createMockProvider,
  type MockAnswer,
  type MockParts,
  type MockQuery,
  type MockRule,
  mockToolOutcome,
} from './mock/index.ts';
export { createOpenAiProvider } from './openai/index.ts';
