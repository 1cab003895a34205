import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { auditFindings } from "../../local/supply/audit";
import { differences, filesIn, hashOf } from "../../local/supply/folders";
import { LICENCES_DOC, licencesDoc, readLock, refusedLicences, runtimePackages } from "../../local/supply/licences";
import { PLANTED, secretsIn } from "../../local/supply/planted";
import { portable, type Sbom, sbomFindings } from "../../local/supply/sbom";

const packageUnder = (licence: string | undefined) => ({ name: "some", version: "1.0.0", licence });

describe("licences", () => {
  test("docs/licences.md is what npm run docs writes", () => {
    expect(readFileSync(LICENCES_DOC, "utf8")).toBe(licencesDoc(runtimePackages(readLock())));
  });

  test("are those of all that runs, each version once, and of nothing that is for development alone", () => {
    const packages = {
      "": { version: "0.1.0", license: "UNLICENSED" },
      "node_modules/@a/b": { version: "1.0.0", license: "MIT" },
      "node_modules/c/node_modules/@a/b": { version: "1.0.0", license: "MIT" },
      "node_modules/d/node_modules/@a/b": { version: "2.0.0" },
      "node_modules/e": { version: "1.0.0", license: "MIT", dev: true },
      "node_modules/f": { version: "1.0.0", license: "MIT", devOptional: true },
    };

    expect(runtimePackages({ packages }).map(({ name, version }) => `${name} ${version}`)).toEqual([
      "@a/b 1.0.0",
      "@a/b 2.0.0",
      "f 1.0.0",
    ]);
  });

  test.each([
    undefined,
    "GPL-3.0-or-later",
    "UNLICENSED",
    "MIT AND GPL-2.0-only",
    "(MIT AND (GPL-2.0-only OR ISC))",
    "MITX",
    "",
  ])("one that is %p is refused by name", (licence) => {
    expect(refusedLicences([packageUnder(licence)])).toEqual([`some 1.0.0: its licence is ${licence ?? "not said"}`]);
  });

  test.each(["MIT", "(MIT OR GPL-3.0-or-later)", "Apache-2.0 AND MIT", "0BSD"])(
    "one that is %s is allowed",
    (licence) => {
      expect(refusedLicences([packageUnder(licence)])).toEqual([]);
    },
  );
});

const HERE = "/somewhere/here";
const component = (name: string, type = "website") => ({
  "bom-ref": `${name}@1.0.0`,
  name,
  version: "1.0.0",
  externalReferences: [{ type }],
});
const SAID: Sbom = {
  serialNumber: "urn:uuid:1",
  metadata: { timestamp: "2026-03-01T12:00:00Z", component: { name: "folder" } },
  components: [component("some", "distribution"), component("other")],
  dependencies: [
    { ref: "quantum-watch@0.1.0", dependsOn: ["some@1.0.0", "other@1.0.0"] },
    { ref: "other@1.0.0", dependsOn: ["some@1.0.0"] },
  ],
};

describe("the bill of materials", () => {
  test("is of what runs alone, and the same on every machine and in every run", () => {
    expect(portable(SAID, [packageUnder("MIT")])).toEqual({
      metadata: { component: { name: "quantum-watch" } },
      components: [{ ...component("some"), externalReferences: [] }],
      dependencies: [{ ref: "quantum-watch@0.1.0", dependsOn: ["some@1.0.0"] }],
    });
  });

  test("that lacks a package is found out", () => {
    const packages = [packageUnder("MIT"), { name: "missing", version: "2.0.0", licence: "MIT" }];

    expect(sbomFindings(portable(SAID, packages), packages, HERE)).toEqual([
      "the bill of materials lacks missing 2.0.0",
    ]);
  });

  test.each([`${HERE}/package.json`, `http://${hostname()}/some`, "file:///some", "http://localhost:4873/some"])(
    "with %s in it is found out",
    (trace) => {
      const bill = { ...SAID, metadata: { component: { name: trace } } };

      expect(sbomFindings(bill, [packageUnder("MIT")], HERE)).toEqual([
        expect.stringMatching(/^the bill of materials has .+ in it$/),
      ]);
    },
  );
});

describe("two builds", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "quantum-watch-builds-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function build(name: string, files: Readonly<Record<string, string>>): Map<string, Buffer> {
    mkdirSync(join(folder, name, "asset"), { recursive: true });
    for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, name, path), content);
    return filesIn(join(folder, name));
  }

  test("of the same files are the same, whatever the CDK says of the folder", () => {
    const one = build("one", { "asset/index.js": "code", "dev.metadata.json": "/one" });
    const other = build("other", { "asset/index.js": "code", "dev.metadata.json": "/other" });

    expect(differences(one, other)).toEqual([]);
  });

  test.each([
    ["another content", { "asset/index.js": "kode" }, ["asset/index.js"]],
    ["one file more", { "asset/index.js": "code", more: "" }, ["more"]],
    ["another name", { "asset/main.js": "code" }, ["asset/index.js", "asset/main.js"]],
  ])("with %s are told apart, by their hash too", (_, files, paths) => {
    const one = build("one", { "asset/index.js": "code" });
    const other = build("other", files);

    for (const [a, b] of [
      [one, other],
      [other, one],
    ] as const) {
      expect(differences(a, b).toSorted()).toEqual(
        paths.map((path) => `${path} is not the same when it is built in another folder`),
      );
    }
    expect(hashOf(one)).not.toBe(hashOf(other));
  });
});

describe("secrets", () => {
  test.each(
    Object.entries(PLANTED).flatMap(([kind, secret]) => [
      [kind, secret],
      [kind, encodeURIComponent(secret)],
      [kind, Buffer.from(secret).toString("base64")],
    ]),
  )("that are planted for %s are found as %s", (kind, written) => {
    expect(secretsIn("a file", `before ${written} after`)).toContain(`a file has the planted secret of ${kind} in it`);
  });

  // Written in two, so that nobody who looks through this tree finds them.
  test.each([
    ["an AWS access key", ["AKIA", "ABCDEFGHIJ234567"]],
    ["a Slack token", ["xoxp-", "123456789012-abcdefgh"]],
    ["a Slack webhook", ["https://hooks.slack.com/services/", "T0000000/B0000000/abcdefghijklmnopqrstuvwx"]],
    ["a private key", ["-----BEGIN ", "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7"]],
    ["a Redis URL with a password", ["rediss://watch:", "correct-horse@cache.example.com"]],
  ])("that look like %s are found", (what, halves) => {
    expect(secretsIn("a file", `x="${halves.join("")}"`)).toEqual([`a file has what looks like ${what} in it`]);
  });

  test("are not seen in what only speaks of them", () => {
    const text = "redis://user:***@host, redis://watch:${password}@host, xoxb-…, hooks.slack.com/services/";

    expect(secretsIn("a file", text)).toEqual([]);
  });
});

const answered = (severity: string): string =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities: { some: { severity } } });

describe("the audit", () => {
  test.each(["high", "critical"])("finds what is %s", (severity) => {
    expect(auditFindings(answered(severity))).toEqual([`some: a vulnerability that is ${severity}`]);
  });

  test.each(["moderate", "low", "info"])("lets pass what is %s", (severity) => {
    expect(auditFindings(answered(severity))).toEqual([]);
  });

  test.each(["", "no JSON", '{"message":"405 Method Not Allowed"}', "null"])("judges nothing by %p", (stdout) => {
    expect(auditFindings(stdout)).toBeUndefined();
  });
});
