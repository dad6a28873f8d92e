// How a feature becomes a request: one entry of a table.
import type {
  CancellationToken,
  InitializeParams,
  ProtocolRequestType,
  ResponseError,
  ServerCapabilities,
} from 'vscode-languageserver';
import type { OpenDocument } from '../../features/open-document.ts';
import type { Workspace } from '../../features/workspace.ts';
import type { TaskHistory } from '../../protocol/index.ts';
import type { CheckedWorkspace } from '../workspace-check.ts';

/** What an answer may need besides the document and the parameters. */
export interface More {
  readonly workspace: Workspace;
  readonly client: Client;
  /** For work that takes several turns of the queue. */
  readonly token: CancellationToken;
  /** What past runs of a file say of its tasks, as far as it is known now; what is not known yet is asked for. */
  past(uri: string): TaskHistory | undefined;
  /** @returns the document when all files that it names have been read, as far as they are on a disk */
  whole(uri: string): Promise<OpenDocument | undefined>;
  /** @returns when documents know what is known of models; undefined: they do */
  readonly models: () => Promise<void> | undefined;
  /** Goes through the files of the workspace, whose texts may be looked at, in turns that let others have theirs. */
  readEach(read: (document: OpenDocument) => unknown): Promise<void>;
  /** Checks all files of the workspace that are not open, and tells the client of each. */
  checkWorkspace(): Promise<CheckedWorkspace>;
}

/** Who asks. */
export interface Client extends Pick<InitializeParams, 'capabilities' | 'initializationOptions'> {
  /** The folders that it has open, as URIs, when it starts. */
  readonly folders: readonly string[];
  /** It knows the commands of VS Code and of the editors made from it. */
  readonly isOfCodeFamily: boolean;
  /** Asks the client in turn. Rejects when it refuses: ask only what it has said it can answer. */
  ask(method: string, params: unknown): Promise<unknown>;
}

/** Features that belong together, with what the client hears of them. */
export interface RequestGroup {
  readonly requests: readonly Request[];
  readonly capabilities: ServerCapabilities;
}

export type Request = DocumentRequest | PlainRequest;

export interface DocumentRequest {
  readonly method: string;
  readonly about: 'document';
  /** The answer when the document is none of ours, or when computing it failed. */
  readonly otherwise: unknown;
  readonly answer: (document: OpenDocument, params: unknown, more: More) => unknown;
}

export interface PlainRequest {
  readonly method: string;
  readonly about: 'anything';
  readonly otherwise: (params: unknown) => unknown;
  readonly answer: (params: unknown, more: More) => unknown;
}

/** The type of a method: the name, and as types what is asked and what is answered. */
type Method<P, R> = ProtocolRequestType<P, R, unknown, unknown, unknown>;
/** Features give lists that nobody changes; the protocol does not know that word. */
type Answer<R> = R extends readonly (infer T)[] ? readonly T[] : R;

/** Given back instead of an answer, it is told to whoever asked: a reason that people can do something about. */
type Told<R> = Answer<R> | ResponseError;

/** A request about one of our documents that is open, in the version that was the newest when it was asked. */
export function onDocument<P, R>(
  { method }: Method<P, R>,
  otherwise: Answer<R>,
  answer: (document: OpenDocument, params: P, more: More) => Told<R> | Promise<Told<R>>,
): DocumentRequest {
  // Here the protocol's types begin: a client sends what the method demands.
  return {
    method,
    about: 'document',
    otherwise,
    answer: (document, params, more) => answer(document, params as P, more),
  };
}

/** A request about no document, or about many. */
export function onAnything<P, R>(
  { method }: Method<P, R>,
  otherwise: (params: P) => Answer<R>,
  answer: (params: P, more: More) => Answer<R> | Promise<Answer<R>>,
): PlainRequest {
  return {
    method,
    about: 'anything',
    otherwise: (params) => otherwise(params as P),
    answer: (params, more) => answer(params as P, more),
  };
}
