import type { Json, ToolCall } from '../../../run/index.ts';

/**
 * Reads the arguments that a model wrote for a tool.
 * @param text JSON, or nothing for a tool without input
 * @returns the call; with the text itself and what the parser said when it is no JSON
 */
export function toolCallOf(id: string, name: string, text: string): ToolCall {
  try {
    const parsed: Json = text.trim() === '' ? {} : JSON.parse(text);
    return { id, name, arguments: parsed };
  } catch (error) {
    if (error instanceof SyntaxError) return { id, name, arguments: text, invalid: error.message };
    throw error;
  }
}
