import { Validations } from "aws-cdk-lib";
import type { Construct } from "constructs";

/**
 * Accepts a finding of cdk-nag's AwsSolutions on what is in a construct, and says why; one that is none fails a test. A
 * finding is named as cdk-nag names it, in brackets with what it found ("IAM5[Resource::*]"): others of the same rule stay
 * findings. It names no statement, so that one more on the same resource is not seen here, but in
 * test/cdk/every-resource.test.ts.
 */
export function accepted(scope: Construct, finding: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${finding}`, reason });
}
