/** So many pieces look like streaming; more of them only cost. */
const MOST_CHUNKS = 60;

/** @returns a text in pieces of whole words, which joined give the text again */
export function inChunks(text: string): readonly string[] {
  const words = text.match(/\S+\s*|\s+/g) ?? [];
  const perChunk = Math.ceil(words.length / MOST_CHUNKS);
  const chunks: string[] = [];
  for (let from = 0; from < words.length; from += perChunk) chunks.push(words.slice(from, from + perChunk).join(''));
  return chunks;
}
