import { readConfig } from "../../lib/config";
import { collectHandler } from "../../lib/handler";
import { makeLog } from "../../lib/log";
import { emfPublisher } from "../../lib/publish/emf";
import { Sampler } from "../../lib/sampler";

/** What functions/collect does from a cold start to its first published sample; the handler is loaded, not run. */
async function firstSample(): Promise<void> {
  const config = readConfig(process.env);
  const sampler = new Sampler(config);
  const publisher = emfPublisher(config);
  collectHandler(sampler, publisher, makeLog({ ...config, threshold: config.logLevel }));
  const { samples, properties, at } = await sampler.sample(new Date());
  await publisher.publish(samples, properties, at);
  sampler.close();
}

void firstSample();
