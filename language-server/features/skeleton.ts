// A piece of several lines to begin with: a snippet.

export interface Skeleton {
  readonly label: string;
  readonly detail: string;
  readonly text: string;
}

/** A choice of a snippet; the first is written. */
export function choice(tab: number, names: readonly string[], otherwise: string): string {
  return names.length === 0 ? `\${${tab}:${otherwise}}` : `\${${tab}|${names.join(',')}|}`;
}
