import { cut } from "./escape";
import type { Message } from "./message";

const MAX_TITLE = 150;

/** A heading of several alarms that counts and names them: `CRITICAL, 2 of 3 alarms: CollectorFailing-faults, … [prod]`. */
export function groupTitle(messages: readonly Message[]): string {
  const [first] = messages;
  if (first === undefined) return "";
  const firing = messages.filter(({ kind }) => kind !== "over");
  const isAll = firing.length === 0 || firing.length === messages.length;
  const count = isAll ? `${messages.length} alarms` : `${firing.length} of ${messages.length} alarms`;
  const head = firing.length === 0 ? "OVER" : first.severity.toUpperCase();
  const tail = first.environment === "" ? "" : ` [${first.environment}]`;
  const names = (firing.length === 0 ? messages : firing).map(({ alarm, environment }) =>
    environment !== "" && alarm.startsWith(`${environment}-`) ? alarm.slice(environment.length + 1) : alarm,
  );
  return `${cut(`${head}, ${count}: ${names.join(", ")}`, MAX_TITLE - tail.length)}${tail}`;
}
