import { lambdaFailing, lambdaNearTimeout } from "../../alarms/functions";
import { validateEnvironment } from "../../lib/environment";
import { prod } from "../support/example-environments";

test("functions that tell people are watched for failing and not for taking long, as they wait for receivers", () => {
  const environment = validateEnvironment(prod);

  const [failing, near] = [lambdaFailing, lambdaNearTimeout].map((rule) => rule.perLabel?.(environment) ?? []);

  expect(failing).toEqual(expect.arrayContaining(["notify", "remind"]));
  expect(near).toEqual(failing?.filter((name) => !["notify", "remind"].includes(name)));
  expect(near).toContain("collect");
});
