import type { Environment } from "../../lib/environment";
import { preflightCommand } from "../../local/preflight/command";
import type { Finding } from "../../local/preflight/finding";
import { wrongWith } from "../docs/shell-commands";
import { AwsAccount, type Held } from "./aws-account";
import { awsEnv } from "./cloudwatch-api";
import { deployable, HUSH, readyAccount } from "./ready-account";

/** How an account was found. */
export interface Seen {
  readonly code: number;
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly calls: readonly string[];
}

/** A change that breaks something, and what is to be said of it. */
export interface Trouble {
  readonly what: string;
  readonly change: (held: Held) => void;
  readonly says: string;
  readonly fix: string;
  readonly environment?: Environment;
  readonly held?: () => Held;
}

type Examine = (change: (held: Held) => void, environment?: Environment, held?: Held) => Promise<Seen>;

interface Examining {
  readonly examined: Examine;
  readonly listen: (held: Held) => Promise<AwsAccount>;
  /** Looks at a trouble, and whether it is told with what to do. */
  readonly tellsOf: (trouble: Trouble) => Promise<void>;
}

/** Nobody's home, and no machine whose role might be found. */
export const NO_PROFILE = { HOME: "/nowhere", AWS_EC2_METADATA_DISABLED: "true" };

/** Lets each test of the enclosing block look at accounts that it made a change to; what is printed holds no secret. */
export function examining(): Examining {
  const before = { ...process.env };
  const started: AwsAccount[] = [];
  beforeEach(() => {
    process.env = { ...before, ...awsEnv("http://127.0.0.1:9"), ...NO_PROFILE };
  });
  afterEach(async () => {
    process.env = before;
    await Promise.all(started.splice(0).map((account) => account.stop()));
  });
  const listen = async (held: Held): Promise<AwsAccount> => {
    const account = await new AwsAccount(held).listen();
    started.push(account);
    return account;
  };
  const examined: Examine = async (change, environment = deployable, held = readyAccount()) => {
    change(held);
    const { url, calls } = await listen(held);
    const printed: string[] = [];
    const options = { env: "prod", endpointUrl: url, json: true };
    const code = await preflightCommand(options, (text) => printed.push(text), { prod: environment });
    const text = printed.join("\n");
    expect(text).not.toContain(HUSH);
    const { findings } = JSON.parse(text) as { findings: readonly Finding[] };
    for (const { fix = "" } of findings) {
      if (/^(aws|npx|npm) /.test(fix)) expect({ fix, wrong: wrongWith(fix) }).toEqual({ fix, wrong: undefined });
    }
    return { code, text, findings, calls };
  };
  const tellsOf = async ({ change, says, fix, environment, held }: Trouble): Promise<void> => {
    const seen = await examined(change, environment, held?.());

    const found = seen.findings.find((one) => one.verdict === "broken" && one.what.includes(says));
    expect({ code: seen.code, found: found?.fix ?? seen.text }).toEqual({
      code: 1,
      found: expect.stringContaining(fix) as unknown,
    });
  };
  return { examined, listen, tellsOf };
}

/** What was found with a verdict. */
export const wordsOf = ({ findings }: Seen, verdict: Finding["verdict"]): string[] =>
  findings.filter((one) => one.verdict === verdict).map(({ what }) => what);
