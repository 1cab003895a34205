import { boardsOf } from "../../dashboards";
import { type DashboardBody, dashboardBody, type Widget } from "../../dashboards/body";
import { FAMILIES } from "../../lib/collectors";
import { type Environment, type ValidatedEnvironment, validateEnvironment } from "../../lib/environment";
import { environments } from "../../lib/environments";
import { functionsOf } from "../../lib/environments/functions";
import { collectLogGroup } from "../../lib/environments/names";
import type { BoardName } from "../../lib/rules/names";
import { examples, prod } from "../support/example-environments";

/** Everything that can be collected, published down to the boards, with as many symbols as are admitted. */
const everything: Environment = {
  ...prod,
  name: "everything",
  collectors: FAMILIES.filter(() => true),
  symbols: Array.from({ length: 20 }, (_, place) => `COIN${place}USDT`),
  streams: ["quantum:stream:trade.execution"],
};

/** Those that show a board at its largest, in parts and with alarmed metrics only. */
const extremes: readonly Environment[] = [
  everything,
  {
    ...everything,
    name: "in-parts",
    functions: [
      { name: "collect", collectors: FAMILIES.filter((family) => family !== "harvest") },
      { name: "harvest-1", collectors: ["harvest" as const], part: { number: 1, of: 2 } },
      { name: "harvest-2", collectors: ["harvest" as const], part: { number: 2, of: 2 } },
    ],
  },
  { ...everything, name: "alarmed-only", tier: "alarmed" as const },
  { ...everything, name: "streams-only", collectors: ["streams" as const] },
];

/** The environments there are, and extreme ones. */
export const drawnEnvironments: readonly ValidatedEnvironment[] = [...Object.values(environments), ...extremes].map(
  (one) => validateEnvironment(one),
);

/** An example, or an extreme one. */
export function drawnEnvironment(name: string): ValidatedEnvironment {
  const found = [...Object.values(examples), ...extremes].find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no environment ${name}`);
  return validateEnvironment(found);
}

/** An environment's board and its body, under made-up alarm ARNs. */
export interface Drawn {
  readonly board: BoardName;
  readonly environment: ValidatedEnvironment;
  readonly body: DashboardBody;
}

/** Every board of an environment. */
export function drawnIn(environment: ValidatedEnvironment): readonly Drawn[] {
  const logGroups = functionsOf(environment).map(({ name }) => collectLogGroup(environment.name, name));
  return boardsOf(environment).map((board) => ({
    board: board.name,
    environment,
    body: dashboardBody(board, {
      environment,
      logGroups,
      alarmArn: (name) => `arn:aws:cloudwatch:eu-central-1:222222222222:alarm:${name}`,
    }),
  }));
}

/** What the console makes of a body when a value is chosen for one of its pattern variables. */
export function chosen(body: DashboardBody, id: string, value: string): readonly Widget[] {
  const variable = body.variables.find((one) => one.id === id);
  if (variable === undefined) throw new Error(`the board has no variable ${id}`);
  const pattern = new RegExp(variable.pattern, "g");
  return JSON.parse(JSON.stringify(body.widgets), (_, part: unknown) =>
    typeof part === "string" ? part.replace(pattern, value) : part,
  ) as Widget[];
}
