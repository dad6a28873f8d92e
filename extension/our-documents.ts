// Which documents are ours: those in our languages, and those that bear our names although the editor was told to take
// them for YAML.
import { type DocumentFilter, languages, type TextDocument } from 'vscode';
import { agentLanguageId, configLanguageId, languageId } from './names.ts';

const workflows: readonly DocumentFilter[] = [
  { language: languageId },
  { language: 'yaml', pattern: '**/*.segue.{yaml,yml}' },
];

/** All that the language server looks after. */
export const ourDocuments: readonly { readonly language: string; readonly pattern?: string }[] = [
  { language: languageId },
  { language: agentLanguageId },
  { language: configLanguageId },
  ...['**/*.segue.{yaml,yml}', '**/*.agent.yaml', '**/.segue/config.yaml'].map((pattern) => ({
    language: 'yaml',
    pattern,
  })),
];

export function isWorkflow(document: TextDocument): boolean {
  return languages.match(workflows, document) > 0;
}
