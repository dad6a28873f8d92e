// The front door of the model adapters: the providers, and the one way to make a model call.
export { callModel, estimate } from './call-model.ts';
export { createAnthropicProvider } from './anthropic/index.ts';
export {
  chooseMock,
  createMockProvider,
  type MockAnswer,
  type MockQuery,
  type MockRule,
  mockToolOutcome,
} from './mock/index.ts';
export { createOpenAiProvider } from './openai/index.ts';
