import { createServer } from "node:net";

import { byStatus, deliver, type Delivery, DeliveryError } from "../../../lib/notify/http";
import { duringEach, type Fault, Receiver } from "../../support/receivers/receiver";
import { VirtualClock } from "../../support/virtual-clock";

const SECRET = "path-that-is-a-secret";
const start = Date.parse("2026-03-01T12:00:00Z");
/** Who does not answer is waited for so long, really; short of it a busy machine answers. */
const ATTEMPT_MS = 1000;

let clock: VirtualClock;
let taken: string[];
const receiver = duringEach(() =>
  new Receiver(({ body }) => {
    taken.push(body);
    return { status: 200, body: "ok" };
  }).listen(),
);

beforeEach(() => {
  clock = new VirtualClock(start);
  taken = [];
});

function send(options: Partial<Delivery<string>> = {}, url = `${receiver().url}/${SECRET}`): Promise<string> {
  const post = { to: "the receiver", url, headers: { authorization: `Bearer ${SECRET}` }, body: "page" };
  const common = { judge: byStatus("taken"), clock, deadline: start + 30_000, attemptMs: ATTEMPT_MS, random: () => 1 };
  return deliver(post, { ...common, ...options });
}

function faults(...all: (Fault | undefined)[]): void {
  const left = [...all];
  receiver().fault = () => left.shift();
}

test.each<[Fault, number]>([
  ["fail", 250],
  ["reset", 250],
  ["hang", 250],
  ["slow", 250],
  ["limit", 2000],
])("after %s it is sent again, after %d ms", async (fault, waited) => {
  faults(fault);

  const answer = await send();

  expect(answer).toBe("taken");
  expect(receiver().received).toHaveLength(2);
  expect(clock.now() - start).toBe(waited);
});

test("waits grow, with jitter", async () => {
  faults("fail", "fail", "fail");

  await send({ random: () => 0 });

  expect(clock.now() - start).toBe(125 + 250 + 500);
});

test("a Retry-After that the time left does not allow is not waited for", async () => {
  faults("limit");

  const sending = send({ deadline: start + 1999 });

  await expect(sending).rejects.toMatchObject({ name: "DeliveryError", isRetryable: true });
  expect(clock.now()).toBe(start);
});

test.each([
  [400, false],
  [401, true],
  [403, true],
  [404, false],
])("a refusal with %d is not sent again; whether another key may help: %s", async (status, isUnauthorized) => {
  const judge = (): ReturnType<ReturnType<typeof byStatus<string>>> => byStatus("taken")({ status, text: "" });

  const sending = send({ judge });

  await expect(sending).rejects.toMatchObject({ isRetryable: false, isUnauthorized });
  expect(receiver().received).toHaveLength(1);
});

test("a redirect is not followed", async () => {
  faults("redirect");

  const sending = send();

  await expect(sending).rejects.toThrow("the receiver: refused with 307");
  expect(receiver().received.map(({ path }) => path)).toEqual([`/${SECRET}`]);
});

test.each<[Fault, boolean]>([
  ["drop", true],
  ["fail-after", true],
  ["fail", true],
  ["limit", false],
])("before it is sent again after %s, the receiver is asked whether it arrived: %s", async (fault, isAsked) => {
  faults(fault);
  let asked = 0;
  const recover = async (): Promise<undefined> => void (asked += 1);

  await send({ recover });

  expect(asked).toBe(isAsked ? 1 : 0);
});

test("what is found to have arrived is not sent again", async () => {
  faults("drop");

  const answer = await send({ recover: async () => "found" });

  expect(answer).toBe("found");
  expect(taken).toEqual(["page"]);
});

test("of a long answer no more than 64 kB is read", async () => {
  let length = 0;
  const big = await new Receiver(() => ({ status: 200, body: "x".repeat(1_000_000) })).listen();
  try {
    await send({ judge: ({ text }) => ({ taken: String((length = text.length)) }) }, big.url);

    expect(length).toBe(65_536);
  } finally {
    await big.stop();
  }
});

test.each([
  ["nobody listens", async () => `http://127.0.0.1:${await closedPort()}/${SECRET}`, "ECONNREFUSED"],
  ["the address is no URL", async () => `not a url ${SECRET}`, "its address is no URL"],
])("where %s the error says so, and holds neither address nor key", async (_, address, why) => {
  const url = await address();

  const error: unknown = await send({ deadline: start + 500 }, url).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(DeliveryError);
  expect(String(error)).toContain(why);
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(SECRET);
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === "object" && address !== null ? address.port : 0;
}
