const shared = {
  testEnvironment: "node",
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2023" }, module: { type: "commonjs" } }] },
  setupFiles: ["<rootDir>/test/support/jest-setup.js"],
};

// "unit" needs nothing but Node, so that `npm run check` stays quick;
// "servers" starts real servers (Redis, a terminal program, promtool) on free ports;
// "faults" takes minutes and gigabytes, so only `npm run faults` runs it, and `npm run faults:short` a part of it;
// "deploy" takes minutes and fetches an emulator of AWS the first time, so only `npm run test:deploy` and CI run it.
module.exports = {
  coverageProvider: "v8",
  reporters: ["default", "<rootDir>/test/support/closing-line.js"],
  // One more than there are cores: many tests wait for a server or a slot rather than compute.
  maxWorkers: 3,
  // Against a test that hangs. On a busy machine what takes a second may take twenty, and that is no fault.
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: "unit",
      roots: ["<rootDir>/test"],
      testMatch: ["**/*.test.ts"],
      testPathIgnorePatterns: [
        "/node_modules/",
        "\\.redis\\.test\\.ts$",
        "/test/local/",
        "/test/parity/",
        "/test/deploy/",
        "/test/faults/",
      ],
    },
    {
      ...shared,
      displayName: "servers",
      setupFiles: [...shared.setupFiles, "<rootDir>/test/support/on-examples.js"],
      roots: ["<rootDir>/test"],
      testMatch: ["**/*.redis.test.ts", "<rootDir>/test/local/**/*.test.ts", "<rootDir>/test/parity/**/*.test.ts"],
    },
    {
      ...shared,
      displayName: "faults",
      roots: ["<rootDir>/test/faults"],
      testMatch: ["**/*.test.ts"],
    },
    {
      ...shared,
      displayName: "deploy",
      roots: ["<rootDir>/test/deploy"],
      testMatch: ["**/*.test.ts"],
    },
  ],
};
