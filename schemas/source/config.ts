// `.segue/config.yaml`: what holds for a workspace.
import * as z from 'zod';
import { documented as doc, name } from './parts.ts';

const provider = z.strictObject({
  base_url: doc(
    z.string().regex(/^https?:\/\/\S+$/),
    'Where the requests go: any endpoint that speaks the same API, such as a local server.',
    'http://localhost:11434/v1',
  ).optional(),
  api_key: doc(
    z.string(),
    'The key, as `${{ secrets.NAME }}`; `none` if the endpoint wants none. The key itself never stands in a file.',
    '${{ secrets.OPENAI_API_KEY }}',
    'none',
  ).optional(),
});

export const configFile = z
  .strictObject({
    providers: doc(
      z.record(name(), provider),
      'Providers of models, by the name that stands before the `/` in `model`. `openai` and `anthropic` are known without being listed.',
      { local: { base_url: 'http://localhost:11434/v1', api_key: 'none' } },
    ).optional(),
  })
  .meta({ title: 'Segue workspace configuration', description: 'Settings of a workspace: model providers.' });
