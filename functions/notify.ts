import { rules } from "../alarms";
import { readNotifyConfig } from "../lib/notify/config";
import { lambdaNotifier } from "../lib/notify/lambda";

/** Tells people of the alarms that the topics hand over, a message for each, in every channel of its severity. */
export const handler = lambdaNotifier(rules, readNotifyConfig(process.env));
