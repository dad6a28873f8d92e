// What a terminal brings to a run from its environment: keys by name, and base URLs of the user's own.
import type { Offer, StartRequest } from '../run/index.ts';
import type { Grants } from './grants.ts';

/** Which secret a provider takes when the config names none. */
export const defaultSecrets: { readonly [provider: string]: string } = {
  openai: 'OPENAI_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
};

const baseUrlNames: { readonly [provider: string]: string } = {
  openai: 'OPENAI_BASE_URL',
  anthropic: 'ANTHROPIC_BASE_URL',
};

/** The parts of a start or resume request that come from the environment. */
export type EnvironmentOffer = Pick<StartRequest, 'baseUrls'> & { readonly offer: Offer };

/**
 * Collects keys and base URLs from an environment. Empty values count as absent.
 * @param secretNames names beyond the defaults: those that the config's providers declare (`secrets.X`)
 * @param grants origins that the user allowed for each secret (`readGrants`)
 */
export function offersFromEnvironment(
  env: NodeJS.ProcessEnv,
  secretNames: readonly string[] = [],
  grants: Grants = {},
): EnvironmentOffer {
  const names = [...new Set([...Object.values(defaultSecrets), ...secretNames])];
  const secrets = names.flatMap((name) => {
    const value = env[name];
    return value ? [{ name, value, grantedOrigins: originsFor(name, env, grants) }] : [];
  });
  const baseUrls = Object.entries(baseUrlNames).flatMap(([provider, name]) =>
    env[name] ? [[provider, env[name]]] : [],
  );
  return { offer: { secrets }, baseUrls: Object.fromEntries(baseUrls) };
}

/**
 * The origins that a key may be sent to beyond its provider's own: those that its user granted, and the one that the
 * user's environment names for the provider of this key. So a run that is taken up again may go on where it was.
 */
export function originsFor(secret: string, env: NodeJS.ProcessEnv, grants: Grants): readonly string[] {
  const own = Object.entries(defaultSecrets).flatMap(([provider, name]) => {
    const url = name === secret ? env[baseUrlNames[provider] ?? ''] : undefined;
    return url !== undefined && URL.canParse(url) ? [new URL(url).origin] : [];
  });
  return [...new Set([...own, ...(grants[secret] ?? [])])];
}
