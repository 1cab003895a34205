/** What usually helps against what the network or the server said. */
export function remedy(why: string, isTls: boolean): string {
  return (
    REMEDIES.find(([pattern]) => pattern.test(why))?.[1](isTls) ??
    "check REDIS_URL and the network between here and there"
  );
}

const REMEDIES: readonly (readonly [RegExp, (isTls: boolean) => string])[] = [
  [/ECONNREFUSED/, () => "is the server running, and on this port? Does it listen on this address (bind)?"],
  [/ENOTFOUND|EAI_AGAIN/, () => "the host name does not resolve: check REDIS_HOST or REDIS_URL"],
  [/WRONGPASS|invalid username-password/, () => "the user or the password is wrong"],
  [
    /NOAUTH/,
    () => "the server wants a password: set REDIS_PASSWORD, and REDIS_USERNAME if it is not the default user's",
  ],
  [
    /certificate|self.signed|CERT_|altname/i,
    () => "the certificate is not trusted: put its CA (PEM text) into REDIS_TLS_CA",
  ],
  [/wrong version number|EPROTO|SSL/, () => "the server does not speak TLS here: use redis:// in place of rediss://"],
  [
    /longer than/,
    (isTls) =>
      "a firewall or security group may drop the packets; or " +
      (isTls
        ? "the server does not speak TLS and redis:// is needed"
        : "the server speaks TLS and rediss:// is needed"),
  ],
  [
    /closed|ECONNRESET|EPIPE/,
    (isTls) =>
      isTls
        ? "the server hung up, or none listens there"
        : "the server hung up, or none listens there; if it speaks TLS only, use rediss:// in place of redis://",
  ],
  [/RESP type/, () => "what answers there is no Redis: check host and port"],
  [/LOADING/, () => "the server is loading its data: try again"],
  [/MOVED|CLUSTERDOWN/, () => "this is a cluster: set REDIS_TOPOLOGY=cluster"],
];
