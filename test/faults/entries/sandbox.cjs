// One sandbox of Lambda: loads the bundled function and runs it for each event that its parent sends, as the runtime
// does. Its clock can be set, as that of a host may be.
const dns = require("node:dns");
const { setTimeout: later } = require("node:timers");

let offset = 0;
const RealDate = Date;
const now = RealDate.now.bind(RealDate);
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(now() + offset);
    else super(...args);
  }
  static now() {
    return now() + offset;
  }
};

const say = (message) => process.connected && process.send(message);
process.on("unhandledRejection", (error) => say({ crash: `unhandled rejection: ${error?.stack ?? error}` }));
process.on("uncaughtException", (error) => {
  say({ crash: `uncaught: ${error?.stack ?? error}` });
  later(() => process.exit(1), 50);
});

// What the name server of the network says; all other names are looked up as usual.
const names = JSON.parse(process.env.NAMES ?? "{}");
const { lookup } = dns;
dns.lookup = (name, options, answer) => {
  const said = names[name]?.map((address) => ({ address, family: 4 }));
  if (said === undefined) lookup(name, options, answer);
  else if (options.all) process.nextTick(answer, null, said);
  else process.nextTick(answer, null, said[0].address, 4);
};

const { handler } = require(process.argv[2]);

process.on("message", ({ id, event, limitMs, clockMs }) => {
  if (clockMs !== undefined) {
    offset = clockMs;
    return;
  }
  const until = performance.now() + limitMs;
  handler(event, { getRemainingTimeInMillis: () => Math.max(0, until - performance.now()) }).then(
    (result) => say({ id, result, rssMb: process.memoryUsage.rss() / 2 ** 20 }),
    (error) => say({ id, error: `${error?.message ?? error}` }),
  );
});
process.on("disconnect", () => process.exit(0));
say({ ready: true });
