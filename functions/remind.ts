import { rules } from "../alarms";
import { readRemindConfig } from "../lib/notify/remind-config";
import { lambdaReminder } from "../lib/notify/remind-lambda";

/** Tells people again of what still fires, and an outside watcher that pages arrive. */
export const handler = lambdaReminder(rules, readRemindConfig(process.env));
