// Loaded when first used, from a bundle of its own: the engine does not carry what it may never need.
export { OpenAI } from 'openai';
