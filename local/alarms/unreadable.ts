import { ConfigError } from "../../lib/errors";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "it may not be read",
  EISDIR: "it is a folder",
};

/** Turns a failure to read a file into a sentence; anything else stays what it is. */
export function unreadable(file: string): (error: unknown) => never {
  return (error) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const why = REASONS[code];
    if (why === undefined) throw error;
    throw new ConfigError(`${file}: ${why}`, { cause: error });
  };
}
