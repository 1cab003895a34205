import type { CompleteEnvironment } from "./schema";

/** Names that RFC 2606 keeps for examples and tests, and an account called "example" at a code host. */
const MADE_UP_HOST = /(^|\.)(example(\.(com|net|org))?|invalid|test|localhost)$/;
const MADE_UP_PATH = /^\/example\//;

/** Says that the address of the runbooks is the example's, so that every page would link to nothing; undefined where it is not. */
export function madeUpRunbooks({ runbooks }: Pick<CompleteEnvironment, "runbooks">): string | undefined {
  const { hostname, pathname } = new URL(runbooks);
  const isMadeUp = MADE_UP_HOST.test(hostname) || MADE_UP_PATH.test(pathname);
  return isMadeUp
    ? `runbooks is ${runbooks}, which is made up: the link to the runbook in every page leads nowhere`
    : undefined;
}

/** What to do about it. */
export const OWN_RUNBOOKS = "put in the address at which docs/runbooks of your own repository can be read";
