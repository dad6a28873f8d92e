// Where a model's calls go and which key goes with them. A key is bound to its origin: to one that the workspace's
// files set it goes only with its user's grant.
import { type Failure, failure } from '../../run/index.ts';
import type { WorkspaceConfig } from '../../workflow/index.ts';
import type { Key } from './keyring.ts';

/** The address of a model. */
export interface Endpoint {
  readonly provider: string;
  /** The wire format. */
  readonly format: 'mock' | 'openai' | 'anthropic';
  /** Undefined: the provider's own. */
  readonly baseUrl?: string;
  /**
   * Who chose `baseUrl`: a workspace's choice needs trust, and a grant if a key goes along; that of a record, which may
   * be somebody else's, needs the grant too.
   */
  readonly setBy: 'provider' | 'workspace' | 'user' | 'record';
  /** The name of the key to send; null: none. */
  readonly secret: string | null;
}

const known: { readonly [provider: string]: { format: 'openai' | 'anthropic'; secret: string; origin: string } } = {
  openai: { format: 'openai', secret: 'OPENAI_API_KEY', origin: 'https://api.openai.com' },
  anthropic: { format: 'anthropic', secret: 'ANTHROPIC_API_KEY', origin: 'https://api.anthropic.com' },
};

/** The origin of a provider that needs no config; undefined for others. */
export function ownOriginOf(provider: string): string | undefined {
  return known[provider]?.origin;
}

/** What decides about endpoints beside the model's name. */
export interface EndpointRules {
  readonly config: WorkspaceConfig;
  /** From the environment of the run's starter: stands above the workspace's config. */
  readonly baseUrls: { readonly [provider: string]: string };
  /** Whether `baseUrls` were read from the record, not brought by the client that offers the keys. */
  readonly isRecorded?: boolean;
  readonly mock: boolean;
}

/** Finds the endpoint of a provider: a known one, or an OpenAI-compatible one that the config names. */
export function endpointOf(provider: string, rules: EndpointRules): Endpoint | Failure {
  if (rules.mock || provider === 'mock') return { provider, format: 'mock', setBy: 'provider', secret: null };
  const configured = rules.config.providers.find((one) => one.name === provider);
  const common = known[provider];
  const own = rules.baseUrls[provider];
  const baseUrl = own ?? configured?.baseUrl;
  if (!common && baseUrl === undefined) return unknownProvider(provider);
  if (baseUrl !== undefined && !isHttpUrl(baseUrl)) return badUrl(provider);
  const secret = configured?.secret === undefined ? (common?.secret ?? null) : configured.secret;
  return {
    provider,
    format: common?.format ?? 'openai',
    ...(baseUrl !== undefined && { baseUrl }),
    setBy: setterOf(own, baseUrl, rules),
    secret,
  };
}

function setterOf(own: string | undefined, baseUrl: string | undefined, rules: EndpointRules): Endpoint['setBy'] {
  if (own !== undefined) return rules.isRecorded ? 'record' : 'user';
  return baseUrl === undefined ? 'provider' : 'workspace';
}

/**
 * Says why a call must not go to an endpoint, if so: `not_trusted`, `missing_key`, `origin_not_granted`.
 * @param key what was offered under the endpoint's secret
 */
export function whyNotTo(endpoint: Endpoint, key: Key | undefined, trusted: boolean): Failure | undefined {
  if (endpoint.setBy === 'workspace' && !trusted) return notTrusted(endpoint);
  if (endpoint.secret === null) return undefined;
  if (!key) return missingKey(endpoint.provider, endpoint.secret);
  const origin = endpoint.baseUrl === undefined ? ownOriginOf(endpoint.provider) : new URL(endpoint.baseUrl).origin;
  if (origin === undefined || isHome(endpoint, origin) || key.grantedOrigins.includes(origin)) return undefined;
  return notGranted(endpoint, endpoint.secret, origin);
}

/**
 * Whether a key belongs to an origin by itself: the key that a provider takes when no file says otherwise, sent to that
 * provider, or to where its user's environment says this provider is.
 */
function isHome({ provider, setBy, secret }: Endpoint, origin: string): boolean {
  const common = known[provider];
  return common !== undefined && common.secret === secret && (origin === common.origin || setBy === 'user');
}

function missingKey(provider: string, secret: string): Failure {
  return failure('missing_key', `The provider "${provider}" needs the key ${secret}, and nobody has offered it.`, {
    remedy: `Set the key (Set API Key…, or ${secret} in the terminal's environment), or run on mock models.`,
    details: { provider, secret },
  });
}

function notGranted({ provider, setBy }: Endpoint, secret: string, origin: string): Failure {
  const who = setBy === 'record' ? 'The record of this run' : "The workspace's config";
  const otherwise = setBy === 'record' ? 'start a new run' : 'change .segue/config.yaml';
  return failure(
    'origin_not_granted',
    `${who} sends the key ${secret} to ${origin} (provider "${provider}"), which you have not allowed.`,
    {
      remedy: `Allow ${origin} for ${secret} if you know it (segue grant ${secret} ${origin}, then resume); else ${otherwise}.`,
      details: { provider, secret, origin },
    },
  );
}

function notTrusted(endpoint: Endpoint): Failure {
  return failure(
    'not_trusted',
    `The workspace's config sends calls of "${endpoint.provider}" to ${endpoint.baseUrl}, and the workspace is not trusted.`,
    {
      remedy: 'Trust the workspace, or take base_url out of .segue/config.yaml.',
      details: { provider: endpoint.provider },
    },
  );
}

function unknownProvider(provider: string): Failure {
  return failure('unknown_provider', `There is no provider "${provider}".`, {
    remedy: 'Use openai/…, anthropic/… or mock/…, or name it with its base_url under providers in .segue/config.yaml.',
    details: { provider },
  });
}

function badUrl(provider: string): Failure {
  return failure('bad_base_url', `The base URL of "${provider}" is not an http or https address without credentials.`, {
    remedy: 'Write it like http://localhost:11434/v1.',
    details: { provider },
  });
}

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '';
}
