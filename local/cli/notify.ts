import type { Command } from "commander";

/** Adds what is about paging. */
export function addNotify(_cli: Command): void {}
