import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Environment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { APP_TIMEOUT_MS, appRunner } from "../cdk/run-app";

jest.unmock("../../lib/environments");

/** What cfn-lint says of one place in a template. */
interface Finding {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Filename: string;
}

/** Each warning that stays, and why; one that is never found fails. */
const ACCEPTED: readonly { readonly rule: string; readonly message: RegExp; readonly why: string }[] = [
  {
    rule: "W3005",
    message: /^'\w+Role\w+' dependency already enforced by a 'GetAtt' at 'Resources\/\w+\/Properties\/Role'$/,
    why: "the CDK lets every function depend on its role, as a policy may stand beside the role",
  },
];

const CFN_LINT = join(__dirname, "../../.tools/python/bin/cfn-lint");

const run = appRunner();
let findings: readonly Finding[];

/** The whole template of an environment, as the app writes it, in its region. */
async function lint([name, { region }]: readonly [string, Environment]): Promise<Finding[]> {
  if (!existsSync(CFN_LINT)) throw new Error("cfn-lint is not installed: npm run setup");
  const { out } = await run("cdk/app.ts", { env: name });
  const template = join(out, `${name}-quantum-watch.template.json`);
  const args = ["--regions", region, "--format", "json", "--template", template];
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(CFN_LINT, args, { maxBuffer: 2 ** 26 }, (error, printed, stderr) => {
      if (stderr === "") resolve(printed);
      else reject(new Error(stderr, { cause: error }));
    });
  });
  return JSON.parse(stdout) as Finding[];
}

beforeAll(async () => {
  findings = (await Promise.all(Object.entries(environments).map(lint))).flat();
}, 2 * APP_TIMEOUT_MS);

const isAccepted = (finding: Finding, { rule, message }: (typeof ACCEPTED)[number]): boolean =>
  finding.Rule.Id === rule && message.test(finding.Message);

test("cfn-lint finds nothing in any environment's template but what is accepted with a reason", () => {
  const found = findings.filter((finding) => !ACCEPTED.some((one) => isAccepted(finding, one)));

  expect(found.map(({ Rule: rule, Message: message }) => `${rule.Id} ${message}`)).toEqual([]);
});

test.each(Object.keys(environments))("the template of %s was read, as what is accepted is found in it", (name) => {
  const found = findings.filter(({ Filename: file }) => file.endsWith(`${name}-quantum-watch.template.json`));

  for (const one of ACCEPTED) expect(found.some((finding) => isAccepted(finding, one))).toBe(true);
});
