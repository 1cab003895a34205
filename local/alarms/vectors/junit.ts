import builder from "junit-report-builder";

import type { Tested } from "./test-vectors";

/** A JUnit report: a suite a file, a case a vector, and a suite of what coverage lacks. */
export function junitReport(tested: readonly Tested[], lacks: readonly string[]): string {
  const report = builder.newBuilder().name("alarm vectors");
  for (const file of new Set(tested.map(({ vector }) => vector.file))) {
    const suite = report.testSuite().name(file);
    for (const { vector, failures } of tested.filter((each) => each.vector.file === file)) {
      const one = suite
        .testCase()
        .name(vector.name)
        .className(vector.rule ?? "incident")
        .file(`${file}:${vector.line}`);
      if (failures.length > 0) {
        one
          .failure(failures[0]?.message)
          .stacktrace(failures.map((each) => `${file}:${each.line}: ${each.message}`).join("\n"));
      }
    }
  }
  if (lacks.length > 0) {
    const suite = report.testSuite().name("coverage");
    for (const sentence of lacks) suite.testCase().name(sentence).className("coverage").failure(sentence);
  }
  return report.build();
}
