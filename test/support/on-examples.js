// Commands have the examples for environments, whatever their operator deploys; what judges every environment unmocks them.
jest.mock("../../lib/environments", () => ({ environments: require("./example-environments").examples }));
