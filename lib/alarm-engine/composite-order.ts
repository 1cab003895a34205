import { ConfigError } from "../errors";
import type { CompositeAlarm } from "./definition";

/** Composites after the composites that they speak of; throws ConfigError for a circle, which CloudWatch never judges. */
export function inOrder(composites: readonly CompositeAlarm[]): CompositeAlarm[] {
  const placed: CompositeAlarm[] = [];
  let left = [...composites];
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const free = new Set(left.filter((one) => !named(one).some((child) => names.has(child))));
    if (free.size === 0) {
      throw new ConfigError(`composite alarms speak of each other in a circle: ${[...names].join(", ")}`);
    }
    placed.push(...free);
    left = left.filter((one) => !free.has(one));
  }
  return placed;
}

/** Names of all alarms whose states a composite needs. */
export const named = ({ children, suppressor }: CompositeAlarm): string[] =>
  suppressor === undefined ? [...children] : [...children, suppressor.name];
