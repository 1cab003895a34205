import { readConfig } from "../../lib/config";
import { Sampler } from "../../lib/sampler";

/** What one process measured: milliseconds of CPU a warm sample, by rounds. */
export interface FaultFigures {
  readonly cpuMs: readonly number[];
  readonly faults: number;
}

const WARM_UP = 200;
const ROUNDS = 15;
/** One sample takes about a millisecond of CPU, and the clock of CPU time is as coarse: many are taken together. */
const SAMPLES_A_ROUND = 100;
/** Slots so close together that all of them have the same faults in their hour, and still each its own. */
const SPREAD_MS = 10;

/** Takes warm samples of the safety family, slot after slot up to the slot in the argument, and prints its figures. */
async function measure(): Promise<void> {
  const last = Number(process.argv[2]);
  let slot = last - (WARM_UP + ROUNDS * SAMPLES_A_ROUND) * SPREAD_MS;
  let faults = Number.NaN;
  const sampler = new Sampler(readConfig(process.env), () => slot + 200);
  const take = async (count: number): Promise<void> => {
    for (let taken = 0; taken < count; taken++, slot += SPREAD_MS) {
      const { samples, properties } = await sampler.sample(new Date(slot));
      if (properties["redis_error"] !== undefined) throw new Error(JSON.stringify(properties["redis_error"]));
      const counted = samples.find(({ metric }) => metric.name === "quantum_safety_faults_last_1h");
      faults = Number(counted?.value);
    }
  };
  await take(WARM_UP);
  const cpuMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    await take(SAMPLES_A_ROUND);
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1000 / SAMPLES_A_ROUND);
  }
  sampler.close();
  const figures: FaultFigures = { cpuMs, faults };
  process.stdout.write(JSON.stringify(figures));
}

void measure();
