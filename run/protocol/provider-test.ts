// A question to an engine that belongs to no run: does this provider answer, with this key? One small call, recorded nowhere.
import type { Failure } from '../events/failure.ts';
import type { Usage } from '../events/model-call.ts';
import type { Offer, StartRequest } from './protocol.ts';

/** `segue/testProvider`. `sources` holds `.segue/config.yaml` if there is one. */
export type ProviderTest = Pick<StartRequest, 'sources' | 'baseUrls' | 'trusted'> & {
  /** `provider/model`. */
  readonly model: string;
  readonly offer: Offer;
};

export type ProviderTestAnswer =
  | {
      readonly ok: true;
      /** Where the call went. */
      readonly origin: string;
      /** The model that the provider says answered, if it says so. */
      readonly responseModel?: string;
      readonly durationMs: number;
      readonly usage?: Usage;
      /** Null: the price is unknown. */
      readonly costNanoUsd: number | null;
    }
  | { readonly ok: false; readonly refused: Failure };
