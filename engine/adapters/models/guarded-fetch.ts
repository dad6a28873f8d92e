// The only door to the network that an SDK is given.
//   F1. It opens to one origin, and follows no redirect away from it.
//   F2. It sends the headers named here and no others: the SDKs add some from environment variables
//       (`OPENAI_CUSTOM_HEADERS`, `ANTHROPIC_CUSTOM_HEADERS`) and tell about the machine (`x-stainless-…`).

/** Headers of a provider's own, the key among them. */
export type ProviderHeaders = { readonly [name: string]: string };

/**
 * @param baseUrl the address whose origin may be reached
 * @param own headers of the provider, such as the key's
 * @returns a `fetch` that rejects with a TypeError for any other origin
 */
export function createGuardedFetch(baseUrl: string, own: ProviderHeaders): typeof fetch {
  const { origin } = new URL(baseUrl);
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) return Promise.reject(new TypeError(`${url.origin} is not the origin of ${baseUrl}`));
    const headers = { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'segue', ...own };
    return fetch(url, { ...init, headers, redirect: 'manual' });
  };
}

/** Takes what an SDK would print. */
export const silence = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};
