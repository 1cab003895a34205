import type { Environment } from "../../lib/environment";
import { paged, redisBySecret, secretArn } from "./paged-environment";

/** Production that reads Redis by a secret under a key of its own, and publishes by the API, by endpoints made for both. */
export const equipped = {
  ...paged,
  secretsKeyArn: "arn:aws:kms:eu-central-1:222222222222:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
  publisher: "cloudwatch",
  endpoints: { monitoring: "create", secretsmanager: "create" },
  redis: redisBySecret,
} as const satisfies Environment;

/** The same with Amazon Q in place of a bot. */
export const chatting = {
  ...equipped,
  notify: {
    pagerduty: { kind: "events", secretArn: secretArn("pagerduty") },
    email: [{ address: "oncall@example.com", severities: ["critical"] }],
    chatbot: { workspaceId: "T0123456789", channelId: "C0123456789" },
  },
} as const satisfies Environment;
