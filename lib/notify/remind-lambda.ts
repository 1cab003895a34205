import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";

import { patience } from "../aws-client";
import { makeLog } from "../log";
import { emfPublisher } from "../publish/emf";
import type { Rule } from "../rules/rule";
import { awsContext } from "./aws-context";
import { firingNow, silencesNow } from "./aws-standing";
import { systemClock } from "./clock";
import type { DrillRecord } from "./drill";
import { dynamodbStore } from "./dynamodb-store";
import { beatOf } from "./heartbeat";
import { channelOf } from "./lambda";
import { Notifier } from "./notifier";
import { patientStore } from "./patient-store";
import type { RemindConfig } from "./remind-config";
import { remindHandler } from "./remind-handler";
import { Reminder, type Standing } from "./reminding";
import { secretsManager } from "./secrets";

const ANSWER_MS = 5000;

/** The function that repeats, as it runs in Lambda, with AWS's clients from the surroundings. */
export function lambdaReminder(rules: readonly Rule[], config: RemindConfig): ReturnType<typeof remindHandler> {
  const { environment, version, logLevel: threshold, logGroups, runbooks, table, repeats, heartbeat, drill } = config;
  const clock = systemClock;
  const log = makeLog({ environment, version, threshold });
  const secrets = secretsManager(clock);
  const cloudwatch = new CloudWatchClient(patience(3, ANSWER_MS));
  const telling = {
    rules,
    channels: config.channels.map((channel) => channelOf(channel, secrets, clock)),
    store: patientStore(dynamodbStore(table)),
    context: awsContext({ logGroups, cloudwatch }),
    surroundings: { runbooks, logGroups },
    clock,
    log,
  };
  const reminder = new Reminder({ ...telling, environment, repeats });
  const notifier = new Notifier(telling);
  const standing = async (now: number): Promise<Standing> => {
    const [firing, silences] = await Promise.all([
      firingNow(cloudwatch, environment),
      silencesNow(cloudwatch, environment, now),
    ]);
    return { firing, silences };
  };
  const publisher = emfPublisher({ environment, version, tier: "alarmed" });
  const drills = drill && { store: patientStore(dynamodbStore<DrillRecord>(table)), weekly: drill, publisher };
  const calls = heartbeat && { everyMs: heartbeat.everyMs, beat: beatOf(heartbeat.to, secrets, clock) };
  return remindHandler({
    environment,
    standing,
    reminder,
    tellOverdue: (deadline) => notifier.tellOverdue(deadline),
    clock,
    log,
    ...(drills ? { drills } : {}),
    ...(calls ? { heartbeat: calls } : {}),
  });
}
