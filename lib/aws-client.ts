/** What a client of AWS is made with, whatever service it asks. */
export interface Patience {
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
}

/** A connection within AWS's network takes a few milliseconds. */
const CONNECT_MS = 1000;

/**
 * Limits of one call to AWS: so many attempts, each with a second to connect and so many milliseconds to be answered.
 * Left to itself a client waits for as long as the other side keeps the socket, and whoever waits for it does too.
 */
export function patience(maxAttempts: number, answerMs: number): Patience {
  return {
    maxAttempts,
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: answerMs, throwOnRequestTimeout: true },
  };
}
