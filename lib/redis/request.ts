/** Commands that leave this process; each of them only reads. */
export type ReadingCommand =
  | "GET"
  | "PTTL"
  | "TIME"
  | "XINFO"
  | "XRANGE"
  | "XREVRANGE"
  | "XPENDING"
  | "INFO"
  | "SLOWLOG"
  | "HMGET"
  | "EXISTS"
  | "SCAN";

/** Something to ask: one command. What is asked together goes in one pipeline, in its order, and is not of one moment. */
export interface Request {
  /** Undefined for what any node can answer. */
  readonly key: string | undefined;
  /** One of `Connection.nodes`, for what each node answers for itself. */
  readonly node?: string;
  readonly command: readonly [ReadingCommand, ...string[]];
  /** How many entries are asked for, where it is a page of them: of fewer, the reply may not be too large. */
  readonly asked?: number;
  /** Asked of every primary of a cluster, or of the one server; the reply is an array, one for each of them. */
  readonly ofEach?: true;
}

/** What Redis said to a request: a value or its refusal. */
export type Reply = unknown;
