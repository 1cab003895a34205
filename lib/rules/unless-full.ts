import { redisFull } from "../server-health";
import { heldBackBy, type Threshold } from "./condition";

/**
 * A threshold that does not count while Redis is full: it refuses what publishers write, so that what they wrote last
 * grows old, and RedisFull tells of that. Where Redis does not let us ask, nothing is held back.
 */
export const unlessFull = (one: Threshold): Threshold => heldBackBy(redisFull, {}, one);
