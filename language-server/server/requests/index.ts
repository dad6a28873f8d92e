// The table of all requests. A feature is wired with one entry in a group, and one capability beside it.
import {
  CompletionRequest,
  CompletionResolveRequest,
  HoverRequest,
  type ServerCapabilities,
  SignatureHelpRequest,
} from 'vscode-languageserver';
import { appearance } from './appearance.ts';
import type { Urgency } from '../request-queue.ts';
import { editing } from './editing.ts';
import { lenses } from './lenses.ts';
import { navigation } from './navigation.ts';
import { own } from './own.ts';
import { reading } from './reading.ts';
import type { Request } from './request.ts';
import { typing } from './typing.ts';

/** Somebody waits for these with a finger on a key: they pass all others. */
const urgent: ReadonlySet<string> = new Set([
  CompletionRequest.method,
  CompletionResolveRequest.method,
  HoverRequest.method,
  SignatureHelpRequest.method,
]);

/** @returns every request that is answered, for one client, and what it is told of them */
export function allRequests(): { readonly requests: readonly Request[]; readonly capabilities: ServerCapabilities } {
  const groups = [typing(), lenses, navigation, reading, appearance(), editing, own];
  return {
    requests: groups.flatMap(({ requests }) => requests),
    capabilities: Object.assign({}, ...groups.map(({ capabilities }) => capabilities)),
  };
}

/** @returns how soon a method is answered among all that is to do */
export function urgencyOf(method: string): Urgency {
  return urgent.has(method) ? 'urgent' : 'asked';
}

/** Whether a method is answered from the text and the last analysis, so that it need not wait for the next one. */
export function needsNoAnalysis(method: string): boolean {
  return method === CompletionRequest.method;
}
