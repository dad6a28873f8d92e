// The border of the server: what we did wrong is logged with its place, and the client goes on with an empty answer.

/** Does work that may throw. @param what is being done, for the log @param otherwise the answer if it throws */
export interface Safely {
  <T>(what: string, otherwise: T, work: () => T): T;
  /** The same for work that takes a while. */
  later<T>(what: string, otherwise: T, work: () => Promise<T>): Promise<T>;
}

/** @param log takes a message of several lines */
export function guard(log: (message: string) => void): Safely {
  const note = (what: string, error: unknown): void =>
    log(`${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const now = <T>(what: string, otherwise: T, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      note(what, error);
      return otherwise;
    }
  };
  const later = async <T>(what: string, otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      note(what, error);
      return otherwise;
    }
  };
  return Object.assign(now, { later });
}
