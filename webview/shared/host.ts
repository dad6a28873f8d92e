// The only door to the extension: messages out, messages in, and the state that VS Code keeps over a reload.
import type { FromPanel, ToPanel } from '../../run/index.ts';

interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** What the panel may ask of the window that holds it. */
export interface Host {
  post(message: FromPanel): void;
  /** What `save` was given before the last reload; undefined at first. */
  saved(): unknown;
  save(state: unknown): void;
  /** Calls back with each message of the extension, from now on. */
  listen(listener: (message: ToPanel) => void): void;
}

/** Connects to VS Code. May be called once per page: VS Code gives its API away only once. */
export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    saved: () => api.getState(),
    save: (state) => api.setState(state),
    listen: (listener) => {
      window.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (isToPanel(event.data)) listener(event.data);
      });
    },
  };
}

const messageTypes: ReadonlySet<unknown> = new Set<ToPanel['type']>([
  'show',
  'batch',
  'connection',
  'value',
  'refused',
]);

/** Other scripts of the page may post too; only the extension's messages have these types. */
function isToPanel(data: unknown): data is ToPanel {
  return typeof data === 'object' && data !== null && 'type' in data && messageTypes.has(data.type);
}
