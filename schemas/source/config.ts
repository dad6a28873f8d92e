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

const retention = z.strictObject({
  max_days: doc(z.int().min(1).max(36_500), 'Runs that ended more than so many days ago are deleted.', 90).optional(),
  max_runs: doc(
    z.int().min(1).max(1_000_000),
    'Of the runs that have ended, so many are kept: those that ended last.',
    500,
  ).optional(),
});

export const configFile = z
  .strictObject({
    providers: doc(
      z.record(name(), provider),
      'Providers of models, by the name that stands before the `/` in `model`. `openai` and `anthropic` are known without being listed.',
      { local: { base_url: 'http://localhost:11434/v1', api_key: 'none' } },
    ).optional(),
    retention: doc(
      retention,
      'Which ended runs are deleted, for good, while the engine has nothing else to do. Without it all are kept; a run that has not ended always is.',
      { max_days: 90, max_runs: 500 },
    ).optional(),
  })
  .meta({
    title: 'Segue workspace configuration',
    description: 'Settings of a workspace: model providers, and how long runs are kept.',
  });
