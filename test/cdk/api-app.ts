import { synthesize } from "../../cdk/synthesize";
import { unpaged } from "../support/paged-environment";

synthesize({ api: { ...unpaged, name: "api", publisher: "cloudwatch", endpoints: { monitoring: "create" } } });
