import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import * as fc from "fast-check";

import { readConfig } from "../../lib/config";
import { validateEnvironment } from "../../lib/environment";
import { CollectError, ConfigError, NotifyError } from "../../lib/errors";
import { readAlarm } from "../../lib/notify/read-alarm";
import * as replies from "../../lib/redis/replies";
import { ReplyReader } from "../../lib/redis/reply-reader";
import { VARIABLES } from "../../lib/variables";
import { vectorsIn } from "../../local/alarms/vectors/read-vectors";
import { metricMessage } from "../support/alarm-messages";
import { endCommands, runCommand } from "../support/command";
import { prod } from "../support/example-environments";
import { stage } from "../support/vector-stage";

jest.setTimeout(1_800_000);

const { FUZZ_SEED, FUZZ_INPUTS = "2000" } = process.env;
const seed = Number(FUZZ_SEED ?? randomInt(2 ** 31 - 1));
const inputs = Number(FUZZ_INPUTS);
/** A run of the command takes a second. */
const COMMANDS = Math.ceil(inputs / 200);

beforeAll(() => {
  process.stdout.write(`FUZZ_SEED=${seed} FUZZ_INPUTS=${inputs} npm run faults -- --testPathPatterns fuzz\n`);
});

afterAll(endCommands);

/** Whatever happens, it is a value or an error of the kinds that whoever calls is ready for. */
function onlyThrows(kinds: readonly (abstract new (...args: never[]) => Error)[], call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (!kinds.some((kind) => error instanceof kind)) throw error;
  }
}

const check = <Values extends [unknown, ...unknown[]]>(property: fc.IProperty<Values>): void =>
  fc.assert(property, { seed, numRuns: inputs });

/** A text with some pieces taken out, doubled, or replaced by others. */
const mutated = (text: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.nat(text.length),
        fc.nat(20),
        fc.oneof(fc.string(), fc.constantFrom("", "\n", "{", "}", "[", '"', ":", "0", "-1", "1e999", "null")),
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((changes) => changes.reduce((so, [at, length, by]) => so.slice(0, at) + by + so.slice(at + length), text));

const WIRE = "*2\r\n$5\r\nhello\r\n*3\r\n:1\r\n$-1\r\n+OK\r\n-ERR no\r\n$2\r\n\r\n\r\n*0\r\n";

/** A kind of mistake: what comes from outside ends in an error that nobody was ready for. */
describe("what comes from outside, however it is broken, is read or refused", () => {
  it("bytes of Redis, cut anywhere", () => {
    const pieces = fc.tuple(
      fc.oneof(mutated(WIRE), fc.string({ unit: "binary" })),
      fc.array(fc.nat(60), { maxLength: 8 }),
    );
    check(
      fc.property(pieces, ([text, cuts]) => {
        const bytes = Buffer.from(text, "latin1");
        const reader = new ReplyReader(() => undefined);
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        try {
          for (const [index, from] of places.entries()) reader.push(bytes.subarray(from, places[index + 1] ?? from));
        } catch (error) {
          // Said in a sentence, by us: not what the language itself throws.
          expect([TypeError, RangeError, SyntaxError].some((kind) => error instanceof kind)).toBe(false);
        }
      }),
    );
  });

  it("replies of Redis of any shape", () => {
    const parsers = [
      replies.parseText,
      replies.parseEntries,
      replies.parseStreamInfo,
      replies.parseGroups,
      replies.parseConsumers,
      replies.parseOldestPending,
      replies.parseInfo,
      replies.parseTime,
      replies.parseExists,
      replies.parseTtl,
      replies.parseCount,
      replies.parseScan,
      (value: unknown) => replies.parseFields(value, 3),
    ];
    const part = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constantFrom(null, "1-1", "length", "name", "last-generated-id"),
    );
    const { reply } = fc.letrec((tie) => ({
      reply: fc.oneof({ maxDepth: 4 }, part, fc.array(tie("reply"), { maxLength: 14 })),
    }));
    check(
      fc.property(reply, (value) => {
        for (const parse of parsers) onlyThrows([CollectError], () => replies.reading<unknown>("key", value, parse));
      }),
    );
  });

  it("bodies of SNS", () => {
    check(
      fc.property(fc.oneof(mutated(metricMessage({ at: 0 })), fc.json()), (text) =>
        onlyThrows([NotifyError], () => readAlarm(text)),
      ),
    );
  });

  it("variables of a function", () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "",
        "true",
        "0",
        "-1",
        "1e9",
        "{}",
        "[]",
        "safety",
        "a:1,b",
        "cluster",
        "redis://x",
        "rediss://a:%@b/99999",
      ),
    );
    check(
      fc.property(fc.dictionary(fc.constantFrom(...VARIABLES), value), (env) =>
        onlyThrows([ConfigError], () => readConfig(env)),
      ),
    );
  });

  it("environments", () => {
    const text = JSON.stringify(prod);
    check(
      fc.property(mutated(text), (changed) => {
        let data: unknown;
        try {
          data = JSON.parse(changed);
        } catch {
          return;
        }
        onlyThrows([ConfigError], () => validateEnvironment(data));
      }),
    );
  });

  it("vectors", () => {
    const text = readFileSync(resolve(__dirname, "../../alarms/safety.vectors.yaml"), "utf8").slice(0, 4000);
    fc.assert(
      fc.property(mutated(text), (changed) => onlyThrows([ConfigError], () => vectorsIn("some.yaml", changed, stage))),
      { seed, numRuns: Math.ceil(inputs / 10) },
    );
  });

  it("arguments of the command", async () => {
    const word = fc.oneof(
      fc.constantFrom(
        "alarms",
        "list",
        "explain",
        "evaluate",
        "test",
        "acl",
        "notify",
        "preview",
        "--env",
        "prod",
        "--help",
        "-1",
        "--seed",
        "--rule",
        "QuantumSafeModeActive",
      ),
      fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !text.includes("\0")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 5 }), async (args) => {
        const { code, stderr } = await runCommand(
          ["alarms", "acl", "notify"].includes(args[0] ?? "") ? args : ["alarms", ...args],
        );

        expect([0, 1, 2]).toContain(code);
        expect(stderr).not.toMatch(/\n\s+at /);
      }),
      { seed, numRuns: COMMANDS },
    );
  });
});
