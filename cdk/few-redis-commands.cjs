// Stands in the bundle for the package of the Redis client that knows all commands: 37 kB of tables, of which a handful
// are ever looked at. What is not here cannot be called by name either, so that the deployed client has no writing method.
// A test holds it against the package.
const keyAt = (index, ...flags) => ({ index, flags });
const noKey = (...flags) => ({ index: undefined, flags });

const commands = {
  // What the collectors ask.
  get: keyAt(0, "readonly"),
  pttl: keyAt(0, "readonly"),
  hmget: keyAt(0, "readonly"),
  exists: keyAt(0, "readonly"),
  xrange: keyAt(0, "readonly"),
  xrevrange: keyAt(0, "readonly"),
  xpending: keyAt(0, "readonly"),
  xinfo: keyAt(1),
  scan: noKey("readonly"),
  time: noKey("loading"),
  info: noKey("loading"),
  slowlog: noKey(),
  // What connecting takes.
  auth: noKey("loading"),
  hello: noKey("loading"),
  select: noKey("loading"),
  client: noKey(),
  cluster: noKey(),
  asking: noKey(),
  readonly: noKey("loading"),
  ping: noKey(),
  quit: noKey("loading"),
  subscribe: noKey("loading"),
  psubscribe: noKey("loading"),
  ssubscribe: keyAt(0, "loading"),
};

const found = (name) => commands[String(name).toLowerCase()];

exports.list = Object.keys(commands);
exports.exists = (name) => found(name) !== undefined;
exports.hasFlag = (name, flag) => found(name).flags.includes(flag);
exports.getKeyIndexes = (name, args) => {
  const { index } = found(name);
  return index === undefined || index >= args.length ? [] : [index];
};
