import { setTimeout as delay } from "node:timers/promises";
import { REFUSED_TYPES } from "../../cdk/emulator-profile";
import { safeMode } from "../../lib/collectors/safe-mode";
import { collectLogGroup, collectName, stackName } from "../../lib/environments/names";
import { functionNamesOf } from "../../lib/environments/paging";
import { dashboardNames, describedAlarms, eventsOf, linesOf, resourcesOf, storedBody, wake } from "./account";
import { ClosedLoop, keyOf } from "./closed-loop";
import type { Clients } from "./clients";
import { datapointsOf } from "./datapoints";
import { Driver } from "./driver";
import type { Settings } from "./environment";
import { say } from "./progress";
import type { Page, Recorded } from "./recorded";
import { heldAtNextMark } from "./redis-held";
import { seriesOf } from "./series";
import type { Stage } from "./stage";
import { standing } from "./standing";
import { isMade } from "./trial-stack";
import { asDescribed, environmentOf, isDeployable, isMath, translationOf } from "./translation";
import { waitFor } from "./wait-for";

/** The environment that is played with, and one that publishes as production does. */
const PLAYED = "emu";
const BY_EMF = "emf";
const DEPLOY = ["deploy", "--require-approval", "never"] as const;
const DESTROY = ["destroy", "--force"] as const;
/** What the update makes of RedisSlowQueries' 100 ms. */
export const UPDATED_MS = 150;
/** Of all times one at which the outside watcher is called; the story may have none. */
const A_FULL_HOUR = "2026-01-01T00:00:00Z";
/** The schedule's first minute, the emulator's 10 s, a cold start and a mark. */
const SAMPLE_LIMIT_SEC = 150;
/** A run lasts 75 s, and the emulator shows its lines when it is over. */
const LINES_LIMIT_SEC = 240;
/** After the page of a lost Redis: what else would tell of it has done so by then (alarms of a minute, and what they wait). */
const AFTERMATH_MS = 75_000;

/** Plays a deploy's whole life on a stage, and tells what was seen. */
export async function play(stage: Stage): Promise<Recorded> {
  const { clients, internet } = stage;
  const settings = stage.settings(PLAYED, "cloudwatch");
  const byEmf = stage.settings(BY_EMF, "emf");
  const environment = environmentOf(settings);
  const translated = translationOf(environment);
  await stage.cdk(settings, "bootstrap");
  const before = await standing(clients);
  await Promise.all([stage.cdk(settings, ...DEPLOY), stage.cdk(byEmf, ...DEPLOY)]);
  const deployed = await describedAlarms(clients, PLAYED);
  const driver = startDriver(clients, translated, deployed);
  const beside = besides(stage, settings);
  // Told where it is awaited, which is much later.
  beside.catch(() => undefined);
  try {
    const boards = await storedBoards(clients, environment);
    await sampled(clients);
    const loop = new ClosedLoop({ environment: PLAYED, clients, driver, internet });
    const halt = await haltAndRelease(stage, loop);
    // An environment without Redis would have nothing to write.
    const { diff, emfLines } = await beside;
    const series = await seriesOf(clients, PLAYED);
    const outage = await crashAndUpdate(stage, loop, { ...settings, slowQueriesMs: UPDATED_MS });
    await delay(AFTERMATH_MS);
    await driver.stop();
    const end = await removed(stage, { environment, translated }, [settings, byEmf]);
    const [{ verdicts }, { update }] = [driver, outage];
    const pages = { safeMode: halt.page, redisDown: outage.page };
    const seen = { deployed, update, boards, series, emfLines, verdicts };
    const accounts = { before, during: end.during, after: end.after };
    const { lines, taken } = end;
    return { environment, translated, internet, diff, pages, ...halt.recorded, ...seen, lines, taken, accounts };
  } finally {
    await Promise.allSettled([driver.stop(), beside]);
  }
}

/** Everything goes; before that it is looked at once more, and afterwards what the emulator would take. */
async function removed(
  stage: Stage,
  { environment, translated }: Pick<Recorded, "environment" | "translated">,
  all: readonly Settings[],
): Promise<Pick<Recorded, "lines" | "taken"> & Pick<Recorded["accounts"], "during" | "after">> {
  const { clients } = stage;
  const during = await standing(clients);
  const lines = await linesByFunction(clients, environment);
  await Promise.all(all.map((settings) => stage.cdk(settings, ...DESTROY)));
  const after = await standing(clients);
  const isMathTaken = await isMade(clients, [...translated.values()].find(isMath));
  const taken = [...(await stage.taken(REFUSED_TYPES)), ...(isMathTaken ? ["an alarm by metric math"] : [])];
  return { during, after, lines, taken };
}

/** The breaker trips, and an operator lifts safe mode. */
async function haltAndRelease({ market }: Stage, loop: ClosedLoop): Promise<Halt> {
  const calm = await heldAtNextMark(market, "calm");
  const paged = loop.safeModePaged(await market.trip());
  const [halted, page] = await Promise.all([heldAtNextMark(market, "in safe mode"), paged]);
  const releasedAt = await market.release();
  const resolvedAt = await loop.safeModeResolved();
  say(`QuantumSafeModeActive: its end received ${((resolvedAt - releasedAt) / 1000).toFixed(1)} s after it was lifted`);
  return { page, recorded: { held: [calm, halted], releasedAt, resolvedAt } };
}

interface Halt {
  readonly page: Page;
  readonly recorded: Pick<Recorded, "held" | "releasedAt" | "resolvedAt">;
}

/** Redis crashes, and before anybody is paged somebody deploys another threshold. */
async function crashAndUpdate(
  stage: Stage,
  loop: ClosedLoop,
  settings: Settings,
): Promise<Pick<Recorded, "update"> & { readonly page: Page }> {
  const paged = loop.redisDownPaged(await stage.market.crash());
  const [{ clients }, name, since] = [stage, stackName(PLAYED), Date.now()];
  const before = await resourcesOf(clients, name);
  const [page] = await Promise.all([paged, stage.cdk(settings, ...DEPLOY)]);
  const [alarms, events, after] = await Promise.all([
    describedAlarms(clients, PLAYED),
    eventsOf(clients, name, since),
    resourcesOf(clients, name),
  ]);
  return { page, update: { alarms, events, before, after } };
}

function startDriver(clients: Clients, translated: Recorded["translated"], deployed: Recorded["deployed"]): Driver {
  const byName = new Map(deployed.map((alarm) => [alarm.AlarmName ?? "", alarm]));
  const alarms = new Map(
    [...translated].map(([name, properties]) => {
      const alarm = byName.get(name);
      return [name, alarm && isDeployable(properties) ? asDescribed(alarm, properties) : properties];
    }),
  );
  const driver = new Driver({ clients, alarms, deployed: new Set(byName.keys()) });
  driver.start();
  return driver;
}

/** What goes on beside the loop: nothing of it touches what is played with. */
async function besides(stage: Stage, settings: Settings): Promise<Pick<Recorded, "emfLines" | "diff">> {
  await wake(stage.clients, collectName(PLAYED, "remind"), A_FULL_HOUR);
  const diff = await stage.cdk(settings, "diff", "--fail");
  const emfLines = await waitFor("a run's lines by EMF", LINES_LIMIT_SEC, async () => {
    const lines = await linesOf(stage.clients, collectLogGroup(BY_EMF));
    return lines.some((line) => line.startsWith("END ")) ? lines : undefined;
  });
  return { diff, emfLines };
}

async function linesByFunction(
  clients: Clients,
  environment: Recorded["environment"],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lines = new Map<string, readonly string[]>();
  for (const name of functionNamesOf(environment)) {
    lines.set(name, await linesOf(clients, collectLogGroup(environment.name, name)));
  }
  return lines;
}

/** All that the account has of an environment, by their names there. */
async function storedBoards(clients: Clients, { name }: Recorded["environment"]): Promise<Map<string, unknown>> {
  const bodies = new Map<string, unknown>();
  for (const board of await dashboardNames(clients)) {
    if (board.startsWith(`${name}-`)) bodies.set(board, await storedBody(clients, board));
  }
  return bodies;
}

/** Nobody calls the function: the schedule has to. */
async function sampled({ cloudwatch }: Clients): Promise<void> {
  const asked = [{ metric: keyOf(safeMode, PLAYED), statistic: safeMode.read }];
  const since = Date.now() / 1000;
  await waitFor("the schedule's first sample", SAMPLE_LIMIT_SEC, async () => {
    const [points = []] = await datapointsOf(cloudwatch, asked, since, Date.now() / 1000 + 1);
    return points.length > 0 ? true : undefined;
  });
  say("the schedule has fired, and a first sample is there");
}
