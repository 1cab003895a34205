/** What a benchmark needs is not on this machine: the run says so and ends with 2. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}
