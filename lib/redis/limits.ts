/** A connection, with TLS and authentication, within this; a healthy one takes a few milliseconds. */
export const CONNECT_LIMIT_MS = 1000;

/** Credentials for it: a cold function has to load a client and ask Secrets Manager; all other kinds take no time. */
export const CREDENTIALS_LIMIT_MS = 2000;

/** One turn: all that was asked together is answered within this, or the socket is taken for dead. */
export const TURN_LIMIT_MS = 1500;

/** The whole sample, a dead socket and its replacement included: 1500 + 1000 + 1500 leave a second for a second turn. */
export const SAMPLE_LIMIT_MS = 5000;
