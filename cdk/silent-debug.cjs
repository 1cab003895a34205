// Stands in the bundle for the package of that name, through which the Redis client would trace itself to a terminal.
exports.default = () => ({ enabled: false });
