// Text that models and tools wrote, made harmless for the eye: what would be invisible, or would turn the
// reading order around, is shown as what it is. HTML needs no care here: text only ever becomes text nodes.

/** Terminal colours and cursor moves (CSI), titles and links (OSC), and the short escapes. */
const ansiEscapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/** Control characters but tab and line feed; bidirectional controls; zero-width and tag characters. */
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/**
 * Makes text safe to look at: terminal escapes vanish, other unseen characters become `⟨U+202E⟩`.
 * Zero-width joiners stay, since scripts and emoji need them.
 */
export function visibleText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(ansiEscapes, '').replace(unseen, nameOf);
}

/** The same on one line, for labels. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/\s+/g, ' ').trim();
}

function nameOf(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
