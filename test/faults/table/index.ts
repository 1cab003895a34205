import type { Fault } from "../fault";
import { api } from "./api";
import { data } from "./data";
import { lambda } from "./lambda";
import { network } from "./network";
import { server } from "./server";

/** Every fault that is tried. */
export const faults: readonly Fault[] = [...network, ...server, ...data, ...lambda, ...api];
