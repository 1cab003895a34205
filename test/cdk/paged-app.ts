import { synthesize } from "../../cdk/synthesize";
import { paged } from "../support/paged-environment";

synthesize({ paged });
