import * as z from "zod";

/** A secret of Secrets Manager, named without doubt; what it holds never stands in an environment. */
export const secretArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/,
    "must be the whole ARN of a secret, with the six characters at its end",
  );
