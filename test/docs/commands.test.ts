import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { commandsIn, wrongWith } from "./shell-commands";

const ROOT = join(__dirname, "../..");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];
const commands = pages.flatMap((page) =>
  commandsIn(readFileSync(join(ROOT, page), "utf8")).map((command) => [page, command] as const),
);

test.each(commands)("%s: there is a command %s", (_, command) => {
  const wrong = wrongWith(command);

  expect(wrong).toBeUndefined();
});

test("the way from nothing to the first page, back and out is told in commands", () => {
  const told = commands.filter(([page]) => page === "docs/deploy.md").map(([, command]) => command);

  const wanted = [
    "cdk bootstrap",
    "acl",
    "create-secret",
    "doctor",
    "cdk deploy",
    "drill",
    "git checkout",
    "cdk destroy",
  ];
  const places = wanted.map((words) => told.findIndex((command) => command.includes(words)));
  expect(places).not.toContain(-1);
});

test.each([
  ["npx quantum-watch doktor --env prod", "unknown command 'doktor'"],
  ["npx quantum-watch doctor --environment prod", "unknown option"],
  ["npx quantum-watch doctor --env production", "no environment production"],
  ["npx quantum-watch acl", "required option '--env <name>' not specified"],
  ["npx cdk deploy -c env=production", "no environment production"],
  ["npx cdk install -c env=prod", "no such command of the CDK"],
  ["npm run instal", "no script instal"],
  ["aws secretsmanager make-secret --name a", "no operation make-secret"],
  ["aws sagemaker list-models", "no client of sagemaker"],
  ["kubectl get pods", "nobody knows kubectl"],
  ["REDIS_HOST=a REDIS_CACHE=b npx quantum-watch doctor", "no variable that is read: REDIS_CACHE"],
  ["REDIS_HOST=a npx quantum-watch doktor", "unknown command 'doktor'"],
  ['eval "$(aws configure export-keys)"', "no client of configure"],
])("a command that there is not is found: %s", (command, says) => {
  const wrong = wrongWith(command);

  expect(wrong).toContain(says);
});

test("commands are those of the shell blocks, without comments, one by one", () => {
  const page = "Text `npm no`.\n\n```sh\nnpm ci && npm start   # all of it\n\n```\n\n```ts\nnpm never\n```\n";

  expect(commandsIn(page)).toEqual(["npm ci", "npm start"]);
});
