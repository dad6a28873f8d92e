// Text of several lines, written in an untitled editor and taken from there.
import { l10n, window, workspace } from 'vscode';

/** @returns the text, or undefined when the person did not take it */
export async function editText(text: string, language: string, name: string): Promise<string | undefined> {
  const document = await workspace.openTextDocument({ content: text, language });
  await window.showTextDocument(document);
  const use = l10n.t('Use This Text');
  const chosen = await window.showInformationMessage(
    l10n.t('Write the text for “{0}” in the editor, then use it.', name),
    use,
  );
  return chosen === use ? document.getText() : undefined;
}
