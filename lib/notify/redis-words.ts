import type { RedisWhy } from "../redis/why";
import type { RuleName } from "../rules/names";
import type { RedisSeen } from "./collector-lines";
import type { Occasion } from "./message";

const BREAKER_OFF = "the safety kernel fails open, so the circuit breaker is off";
const BLIND = "we are blind; whether the kernel is, is not known";
const PING = "First PING it from a host beside it: more urgent than safe mode, as nothing holds trades back.";

/** RedisDown by its kind: what has happened, and what to do first. A Redis that fails only us says nothing of the kernel. */
const BY_WHY: Readonly<Record<RedisWhy, { readonly summary: string; readonly firstStep: string }>> = {
  unreachable: { summary: `Redis does not answer (unreachable): ${BREAKER_OFF}`, firstStep: PING },
  "timed-out": { summary: `Redis does not answer (timed out): ${BREAKER_OFF}`, firstStep: PING },
  loading: {
    summary: `Redis does not answer (it loads its data): ${BREAKER_OFF}`,
    firstStep: "First look how long it still loads: INFO persistence, loading_eta_seconds. Nothing holds trades back.",
  },
  refused: {
    summary: `Redis refuses us: ${BLIND}`,
    firstStep: "First look at the telemetry's user, password and rights: what was rotated or changed?",
  },
  untrusted: {
    summary: `Redis shows a certificate that we do not trust: ${BLIND}`,
    firstStep: "First look at the certificate: has it expired, is it for another name, or of another authority?",
  },
};

/** The words for why Redis does not answer; undefined where the alarm is another, is over, or nobody knows why. */
export function redisDownWords(occasion: Occasion): (typeof BY_WHY)[RedisWhy] | undefined {
  const why = seenIn(occasion)?.why;
  return occasion.rule?.name === "RedisDown" && occasion.kind !== "over" && why !== undefined ? BY_WHY[why] : undefined;
}

/** Why an alarm about Redis itself fires, as the last sample found it; undefined for others. */
export function redisCause(occasion: Occasion): string | undefined {
  const seen = seenIn(occasion);
  if (seen === undefined || occasion.kind === "over") return undefined;
  const { why, said, cutOff, full } = seen;
  const down = why === undefined ? undefined : [why, ...(said === undefined ? [] : [said])].join(": ");
  const causes: Partial<Record<RuleName, string | undefined>> = {
    RedisDown: down,
    RedisReplicaCutOff: cutOff,
    RedisFull: full,
  };
  return occasion.rule && causes[occasion.rule.name];
}

/** What is not as it should be with Redis; undefined where nothing is. */
export function redisInWords({ isUp, why, said, cutOff, full }: RedisSeen): string | undefined {
  const words = said === undefined ? "" : `: ${said}`;
  if (!isUp) {
    if (why === "refused") return `refuses us${words}`;
    return `does not answer${why === undefined ? "" : ` (${why})`}${words}`;
  }
  if (cutOff !== undefined) return cutOff;
  if (why === "refused") return `refuses us the safe-mode flag${words}`;
  return full === undefined ? undefined : `full: ${full}`;
}

function seenIn({ context }: Occasion): RedisSeen | undefined {
  return "known" in context.facts.redis ? context.facts.redis.known : undefined;
}
