import { environments } from "../lib/environments";
import { synthesize } from "./synthesize";

synthesize(environments);
