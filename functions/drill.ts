import { drillHandler } from "../lib/notify/drill-handler";
import { emfPublisher } from "../lib/publish/emf";
import { VariableReader } from "../lib/variables";

const read = new VariableReader(process.env);
const environment = read.text("ENVIRONMENT", "");
if (environment === "") read.wrong("ENVIRONMENT", "is not set");
read.check();
const version = read.text("SERVICE_VERSION", "unknown");

/** Begins a drill, by an embedded-metric log line. */
export const handler = drillHandler(emfPublisher({ environment, version, tier: "alarmed" }));
