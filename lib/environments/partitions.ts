import { knownPartition } from "../partition";
import { secretsOf } from "./secrets";
import type { CompleteEnvironment } from "./schema";

/** What cannot work in a region's partition, a sentence each. */
export function impossiblePartition(environment: CompleteEnvironment): string[] {
  const { region, notify, secretsKeyArn } = environment;
  const partition = knownPartition(region);
  if (partition === undefined) {
    return [`region is ${region}, whose console and endpoints are not known here: only aws, aws-cn and aws-us-gov are`];
  }
  const { name } = partition;
  const arns = [
    ...secretsOf(environment).map(({ setting, arn }) => [setting, arn] as const),
    ...(secretsKeyArn === undefined ? [] : [["secretsKeyArn", secretsKeyArn] as const]),
  ];
  const strange = arns.flatMap(([setting, arn]) => {
    const of = arn.split(":")[1] ?? "";
    return of === name ? [] : [`${setting} has an ARN of ${of}, but ${region} is in ${name}`];
  });
  const isChatting = notify?.chatbot !== undefined && name !== "aws";
  return [
    ...strange,
    ...(isChatting ? [`notify.chatbot is Amazon Q in chat applications, which ${name} does not have: use slack`] : []),
  ];
}
