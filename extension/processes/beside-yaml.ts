// Beside the YAML extension: in a document that the editor takes for YAML both of us see what is wrong with the YAML
// itself, and one of us says it.
import { type Diagnostic, extensions, type Uri, workspace } from 'vscode';

const yamlExtension = 'redhat.vscode-yaml';
/** Our codes for what is wrong with the YAML itself, as far as the other sees it too. */
const seenByBoth: readonly unknown[] = ['yaml-syntax', 'duplicate-key', 'unknown-alias'];

/** @returns the findings about a document without those that the YAML extension shows there as well */
export function notSaidTwice(uri: Uri, findings: Diagnostic[]): Diagnostic[] {
  return isCheckedAsYaml(uri) ? findings.filter(({ code }) => !seenByBoth.includes(codeOf(code))) : findings;
}

function isCheckedAsYaml(uri: Uri): boolean {
  const document = workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  if (document?.languageId !== 'yaml' || !extensions.getExtension(yamlExtension)) return false;
  return workspace.getConfiguration('yaml', document).get('validate', true);
}

function codeOf(code: Diagnostic['code']): unknown {
  return typeof code === 'object' ? code.value : code;
}
