import { synthesize } from "../../cdk/synthesize";
import { prod } from "../../lib/environments/prod";

synthesize({ api: { ...prod, name: "api", publisher: "cloudwatch", endpoints: { monitoring: "create" } } });
