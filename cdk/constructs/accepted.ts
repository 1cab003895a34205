import { Validations } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** Accepts a finding of cdk-nag's AwsSolutions on what is in a construct, and says why; one that is none fails a test. */
export function accepted(scope: Construct, finding: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${finding}`, reason });
}
