// Stands in the bundles for the packages through which AWS's clients log in with a person's files: SSO, profiles, a
// process, a token's file. In Lambda the role's credentials are in the environment, which is asked first; these and the
// services that they call are 90 kB that no function ever runs.
const none = () => async () => {
  const error = new Error("in Lambda credentials come from the environment alone");
  // So that the client goes on to what it asks next, and ends with its own words.
  throw Object.assign(error, { name: "CredentialsProviderError", tryNextLink: true });
};

Object.assign(exports, { fromSSO: none, fromIni: none, fromProcess: none, fromTokenFile: none });
