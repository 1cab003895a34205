import type { Redis } from "ioredis";

const MODE = "quantum:system:mode";
const GOVERNOR = "quantum:governor:halt";
const DAG5 = "quantum:dag5:lockdown_active";

/** Locks trading down as the governor of production does: the mode that gates read, and two signs of why. */
export async function lockDown(redis: Redis, reason: string, atMs: number): Promise<void> {
  await redis.set(GOVERNOR, reason);
  await redis.set(DAG5, JSON.stringify({ reason, activated: true, ts: atMs / 1000 }));
  await redis.set(MODE, "LOCKDOWN");
}

/** Lifts it by hand. */
export async function liftLockdown(redis: Redis): Promise<void> {
  await redis.set(MODE, "NORMAL");
  await redis.del(GOVERNOR, DAG5);
}
