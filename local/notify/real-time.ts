import { promisify } from "node:util";

import type { Clock } from "../../lib/notify/clock";

const realNow = Date.now;
const realDelay = promisify(setTimeout);

/** The receivers' time, also where the time of this process has been made another one. */
export const realTime: Clock = { now: () => realNow(), sleep: (ms) => realDelay(ms) };
