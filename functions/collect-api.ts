import { readConfig } from "../lib/config";
import { collectHandler } from "../lib/handler";
import { makeLog } from "../lib/log";
import { cloudwatchPublisher } from "../lib/publish/cloudwatch";
import { emfPublisher } from "../lib/publish/emf";
import { Sampler } from "../lib/sampler";

const config = readConfig(process.env);
const log = makeLog({ ...config, threshold: config.logLevel });

/** Samples Redis on every mark of a scheduled minute and publishes by PutMetricData, or EMF where that fails. */
export const handler = collectHandler(
  new Sampler(config),
  cloudwatchPublisher({ ...config, fallback: emfPublisher(config), log }),
  log,
);
