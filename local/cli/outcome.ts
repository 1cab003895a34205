import { withoutPasswords } from "../../lib/without-passwords";

/** Prints lines for whoever called, with the passwords in URLs blotted out. */
export const print = (text: string): void => void process.stdout.write(`${withoutPasswords(text)}\n`);

/** Makes a command's number the exit code. */
export async function done(running: Promise<number>): Promise<void> {
  process.exitCode = await running;
}
