// Pieces of Markdown.

/** @returns paragraphs; those that say nothing are left out */
export function lines(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

/** @param language of the text, for its colours @returns the text in a fence that is longer than any in it */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** @returns names in a row, each as code; nothing if there are none */
export function listed(what: string, names: readonly string[]): string | undefined {
  return names.length > 0 ? `${what}: ${names.map((name) => `\`${name}\``).join(', ')}` : undefined;
}
