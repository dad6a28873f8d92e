// The border of the server: what we did wrong is logged with its place, and the client goes on with an empty answer.

/** Does `work`. @param what is being done, for the log @param otherwise the answer if it throws */
export type Safely = <T>(what: string, otherwise: T, work: () => T) => T;

/** @param log takes a message of several lines */
export function guard(log: (message: string) => void): Safely {
  return (what, otherwise, work) => {
    try {
      return work();
    } catch (error) {
      log(`${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return otherwise;
    }
  };
}
