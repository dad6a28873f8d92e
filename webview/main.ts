// Main of the run panel's page. The extension owns the HTML around it, which must hold:
//   - a Content-Security-Policy of at least: default-src 'none'; script-src 'nonce-N'; style-src ${cspSource} 'nonce-N'; font-src ${cspSource}
//   - <meta property="csp-nonce" content="N"> (property, not name: the toolkit asks for it)
//   - <link rel="stylesheet" id="vscode-codicon-stylesheet" href="…/dist/codicon.css">, by this id, with codicon.ttf beside it
//   - <link rel="stylesheet" href="…/dist/webview.css">
//   - <title>, <html lang="en">, and in the body: <segue-run-panel></segue-run-panel>
//   - last, <script nonce="N" src="…/dist/webview.js"></script>
// No 'unsafe-inline' and no 'unsafe-eval' are needed. Messages may be posted once `ready` has come.
import './styles/panel.css';
import { QuestionForm } from './forms/question-form.ts';
import { registerElements } from './shared/elements.ts';
import { connectHost } from './shared/host.ts';
import { LongText } from './shared/long-text.ts';
import { RunPanel } from './trace/run-panel.ts';
import { TaskTree } from './trace/task-tree.ts';

registerElements();
customElements.define('segue-text', LongText);
customElements.define('segue-question', QuestionForm);
customElements.define('segue-task-tree', TaskTree);
customElements.define('segue-run-panel', RunPanel);

const panel = document.querySelector('segue-run-panel');
if (!(panel instanceof RunPanel)) throw new Error('The page holds no <segue-run-panel>.');
panel.connect(connectHost());
