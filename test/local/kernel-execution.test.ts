import { Execution } from "../../local/kernel/execution";
import { Gate } from "../../local/kernel/gate";
import { Traffic } from "../../local/kernel/traffic";
import { withRedis } from "../support/redis-server";

const SAFE_MODE = "quantum:safety:safe_mode";

const redis = withRedis();

it("margin failures halt trading for 900 s at the fifth, without a fault", async () => {
  const execution = new Execution(redis.writer);
  const gate = new Gate(redis.writer, Date.now);
  const halted: boolean[] = [];

  for (let failure = 1; failure <= 5; failure++) halted.push(await execution.marginFailure());

  expect(halted).toEqual([false, false, false, false, true]);
  expect([899, 900]).toContain(await redis.writer.ttl(SAFE_MODE));
  expect(await redis.writer.keys("*")).toEqual([SAFE_MODE]);
  expect(await gate.attempt(new Traffic(1).next())).toEqual({ is: "blocked" });
});

it("margin failures are counted from one again after a halt", async () => {
  const execution = new Execution(redis.writer);
  for (let failure = 1; failure <= 5; failure++) await execution.marginFailure();

  const next = await execution.marginFailure();

  expect(next).toBe(false);
});
