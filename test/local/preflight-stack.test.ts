import { examining, type Trouble } from "../support/preflight-run";
import { deployedAccount } from "../support/ready-account";
import { SERVER_TIMEOUT_MS } from "../support/redis-server";

jest.setTimeout(SERVER_TIMEOUT_MS);

const { examined, tellsOf } = examining();
const STACK = "prod-quantum-watch";
const UNPROTECT = `aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${STACK}`;

const standing =
  (status: string, isProtected = false): Trouble["change"] =>
  (held) =>
    (held.stacks[STACK] = { status, isProtected });

describe("a stack that cannot go on is broken, and it says what to do:", () => {
  it.each<Omit<Trouble, "held">>([
    {
      what: "a protected one that was never made, which the CDK would remove and AWS would not",
      change: standing("ROLLBACK_COMPLETE", true),
      says: "ROLLBACK_COMPLETE, and protected",
      fix: `${UNPROTECT} (and then npx cdk deploy -c env=prod)`,
    },
    {
      what: "a protected one that could not go back when it was made",
      change: standing("ROLLBACK_FAILED", true),
      says: "ROLLBACK_FAILED, and protected",
      fix: `${UNPROTECT} (and then npx cdk destroy -c env=prod)`,
    },
    {
      what: "a protected one that stands as it failed",
      change: standing("CREATE_FAILED", true),
      says: "CREATE_FAILED, and protected",
      fix: UNPROTECT,
    },
    {
      what: "a protected one that was half removed",
      change: standing("DELETE_FAILED", true),
      says: "DELETE_FAILED, and protected",
      fix: UNPROTECT,
    },
    {
      what: "one that could not go back when it was made",
      change: standing("ROLLBACK_FAILED"),
      says: `${STACK}: ROLLBACK_FAILED`,
      fix: "npx cdk destroy -c env=prod",
    },
    {
      what: "a protected one that could not go back",
      change: standing("UPDATE_ROLLBACK_FAILED", true),
      says: `${STACK}: UPDATE_ROLLBACK_FAILED`,
      fix: `aws cloudformation continue-update-rollback --stack-name ${STACK}`,
    },
    {
      what: "one of a kind that nobody here brings about",
      change: standing("IMPORT_ROLLBACK_FAILED"),
      says: "IMPORT_ROLLBACK_FAILED",
      fix: "look at its events",
    },
  ])("$what", (trouble) => tellsOf({ ...trouble, held: deployedAccount }));
});

describe("a stack", () => {
  it("that stands half-way after --no-rollback is taken back or forward, and never removed", async () => {
    const { findings } = await examined(standing("UPDATE_FAILED", true), undefined, deployedAccount());

    const found = findings.find(({ what }) => what.includes("UPDATE_FAILED"));
    expect(found).toMatchObject({ verdict: "broken", fix: expect.stringMatching(/^npx cdk rollback -c env=prod/) });
    expect(found?.fix).not.toContain("destroy");
  });

  it("that works is updated, protected or not", async () => {
    const { code, findings } = await examined(standing("UPDATE_ROLLBACK_COMPLETE", true), undefined, deployedAccount());

    const found = findings.find(({ what }) => what.includes("UPDATE_ROLLBACK_COMPLETE"));
    expect(found?.verdict).toBe("known");
    expect(code).toBe(0);
  });

  it("that was never made and is not protected: the CDK makes it anew by itself", async () => {
    const { code, findings } = await examined(standing("ROLLBACK_COMPLETE"));

    const found = findings.find(({ what }) => what.includes("ROLLBACK_COMPLETE"));
    expect(found).toEqual({
      verdict: "known",
      what: `${STACK} was never made (ROLLBACK_COMPLETE): cdk deploy makes it anew`,
    });
    expect(code).toBe(0);
  });
});
