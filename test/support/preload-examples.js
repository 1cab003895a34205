// The same for a command that is a program of its own: it is loaded before the bin.
// oxlint-disable-next-line import/no-unassigned-import -- it registers the loader for what follows
require("tsx/cjs");
const { examples } = require("./example-environments");

const path = require.resolve("../../lib/environments");
require(path);
require.cache[path].exports = { environments: examples };
