import { ConfigError } from "../../lib/errors";

const EITHER_WAY: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder",
  ENOTDIR: "what stands before its name is no folder",
  ENAMETOOLONG: "its name is too long",
};
const READING: Readonly<Record<string, string>> = {
  ...EITHER_WAY,
  ENOENT: "there is no such file",
  EACCES: "it may not be read",
};
const WRITING: Readonly<Record<string, string>> = {
  ...EITHER_WAY,
  ENOENT: "its folder is missing",
  EACCES: "it may not be written",
  EPERM: "it may not be written",
  EROFS: "it stands where nothing can be written",
  ENOSPC: "there is no room left for it",
};

/** Turns a failure to read a file into a sentence; what no system call told stays what it is. */
export const unreadable = (file: string): ((error: unknown) => never) => told(file, "read", READING);

/** The same of a file that is written. */
export const unwritable = (file: string): ((error: unknown) => never) => told(file, "written", WRITING);

function told(file: string, done: string, reasons: Readonly<Record<string, string>>): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    const code = "code" in error ? String(error.code) : error.message;
    throw new ConfigError(`${file}: ${reasons[code] ?? `it cannot be ${done} (${code})`}`, { cause: error });
  };
}
