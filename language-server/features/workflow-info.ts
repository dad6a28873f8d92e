// `segue/workflowInfo`: what a client must know of a workflow before it starts a run.
import type { ProviderConfig } from '../../workflow/index.ts';
import { allTasks, filesOf, modelsOf } from '../../workflow/index.ts';
import type { WorkflowInfo, WorkflowProvider } from '../protocol/index.ts';
import type { OpenDocument } from './open-document.ts';
import { relativePath } from './relative-path.ts';

/** The names of the keys that these providers want when the configuration says nothing else. */
const usualSecrets = new Map([
  ['openai', 'OPENAI_API_KEY'],
  ['anthropic', 'ANTHROPIC_API_KEY'],
]);

/** @returns the facts about a workflow; null for another document. */
export function workflowInfoOf(document: OpenDocument): WorkflowInfo | null {
  if (document.facts.kind !== 'workflow') return null;
  const { workflow, config, diagnostics, files } = document.checked;
  return {
    name: workflow.name,
    inputs: workflow.inputs.map(({ name, schema, required, default: fallback }) => ({
      name,
      schema,
      required,
      ...(fallback === undefined ? {} : { default: fallback }),
    })),
    errors: diagnostics.filter(({ severity }) => severity === 'error').length,
    providers: providersOf(
      filesOf(workflow).flatMap(({ agents }) => agents.flatMap(modelsOf)),
      config.providers,
    ),
    tasks: allTasks(workflow.root.tasks).length,
    files: files.map((file) => relativePath(document.file, file)),
  };
}

function providersOf(models: readonly string[], configured: readonly ProviderConfig[]): readonly WorkflowProvider[] {
  const names = new Set(
    models.filter((model) => model.includes('/')).map((model) => model.slice(0, model.indexOf('/'))),
  );
  return [...names].map((provider) => {
    const config = configured.find((entry) => entry.name === provider);
    const usual = usualSecrets.get(provider) ?? null;
    const secret = config?.secret === undefined ? usual : config.secret;
    const origin = config?.baseUrl && URL.canParse(config.baseUrl) ? new URL(config.baseUrl).origin : undefined;
    return { provider, secret, ...(origin === undefined ? {} : { origin }) };
  });
}
