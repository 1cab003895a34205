import type { Sample } from "../lib/metric";
import { type Sampled, Sampler } from "../lib/sampler";
import { type CommonOptions, configFor } from "./options";
import { format, printable } from "./terminal";

export interface SampleOptions extends CommonOptions {
  readonly json?: boolean;
}

/** Takes one sample and prints it; a Redis that is down is an answer too, so the exit code is 0. */
export async function sampleCommand(options: SampleOptions, print: (text: string) => void): Promise<number> {
  const sampler = new Sampler(configFor(options));
  try {
    const sampled = await sampler.sample(new Date());
    print(options.json ? printable(JSON.stringify(asJson(sampled))) : asTable(sampled));
    return 0;
  } finally {
    sampler.close();
  }
}

function asJson({ at, samples, properties, violations }: Sampled): object {
  return {
    at: at.toISOString(),
    samples: samples.map(({ metric, value, labels }) => ({ name: metric.name, value, unit: metric.unit, labels })),
    properties,
    violations,
  };
}

function asTable({ at, samples, properties, violations }: Sampled): string {
  const width = Math.max(...samples.map((one) => nameOf(one).length));
  const rows = samples.map((one) => `${nameOf(one).padEnd(width)}  ${valueOf(one)}`);
  const said = Object.entries(properties).map(([name, value]) => `${name}: ${printable(JSON.stringify(value))}`);
  const broken = violations.map(({ collector, key, what }) => `${collector}: ${printable(`${key} ${what}`)}`);
  return [
    `sample of ${at.toISOString()}`,
    ...rows,
    ...(said.length > 0 ? ["", ...said] : []),
    ...(broken.length > 0 ? ["", "contract broken:", ...broken.map((line) => `  ${line}`)] : []),
  ].join("\n");
}

function nameOf({ metric, labels }: Sample): string {
  const named = Object.entries(labels).map(([name, value]) => `${name}=${printable(value)}`);
  return named.length > 0 ? `${metric.name}{${named.join(",")}}` : metric.name;
}

function valueOf({ metric, value }: Sample): string {
  const number = typeof value === "number" ? format(value) : `${value.values.length} values`;
  return metric.unit === "None" ? number : `${number} ${metric.unit}`;
}
