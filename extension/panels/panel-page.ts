import { randomBytes } from 'node:crypto';
import { Uri, type Webview } from 'vscode';

/** The HTML of the run panel; `webview/main.ts` says what it must hold. */
export function panelPage(webview: Webview, dist: Uri): string {
  const nonce = randomBytes(16).toString('base64url');
  const at = (file: string): string => webview.asWebviewUri(Uri.joinPath(dist, file)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${at('codicon.css')}">
<link rel="stylesheet" href="${at('webview.css')}">
<title>Segue Run</title>
</head>
<body>
<segue-run-panel></segue-run-panel>
<script nonce="${nonce}" src="${at('webview.js')}"></script>
</body>
</html>
`;
}
