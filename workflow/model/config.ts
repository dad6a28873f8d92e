// `.segue/config.yaml`: providers of models, and how long runs are kept.
import { secretNamesIn } from '../expressions/index.ts';
import { pairsOf, type ScalarNode, valueOf } from '../syntax/tree.ts';
import type { SyntaxDocument } from '../syntax/document.ts';
import type { ProviderConfig, Retention } from './model.ts';
import { defined, numberAt, scalarAt, textAt } from './read.ts';

/** A provider as it was read, with the places that rules need. */
export interface ProviderDraft {
  readonly config: ProviderConfig;
  readonly nameRange: ProviderConfig['range'];
  readonly baseUrl?: ScalarNode;
  readonly apiKey?: ScalarNode;
}

/** Reads the providers of a configuration. */
export function readProviders(document: SyntaxDocument): readonly ProviderDraft[] {
  return pairsOf(valueOf(document.root, 'providers')).map((pair) => {
    const apiKey = scalarAt(pair.value, 'api_key');
    const secret = apiKey?.text === 'none' ? null : secretNamesIn(apiKey?.text ?? '')[0];
    return {
      config: { name: pair.key, range: pair.range, ...defined({ baseUrl: textAt(pair.value, 'base_url'), secret }) },
      nameRange: pair.keyNode.range,
      ...defined({ baseUrl: scalarAt(pair.value, 'base_url'), apiKey }),
    };
  });
}

/** Reads which ended runs are kept. */
export function readRetention(document: SyntaxDocument): Retention {
  const node = valueOf(document.root, 'retention');
  return defined({ maxDays: numberAt(node, 'max_days'), maxRuns: numberAt(node, 'max_runs') });
}
