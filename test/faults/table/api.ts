import type { Answer, Call } from "../../support/metric-api";
import { type Fault, faultsOf } from "../fault";

const answering = (answer: Answer | ((call: Call) => Answer)): Pick<Fault, "begin"> => ({
  begin: ({ api: one }) => {
    one.answer = typeof answer === "function" ? answer : () => answer;
  },
});

const RESENT = "what was taken and not acknowledged is sent again";

const every = (nth: number, answer: Answer): ((call: Call) => Answer) => {
  let count = 0;
  return () => (count++ % nth === 0 ? answer : "accept");
};

/** What PutMetricData answers, or does not. Where the log carries the metrics, nothing is asked and nothing fails. */
export const api = faultsOf("api", [
  { name: "PutMetricData is refused", isShort: true, ...answering("refuse") },
  { name: "PutMetricData fails with 500", isShort: true, ...answering("fail") },
  { name: "PutMetricData fails with 503", ...answering({ status: 503, type: "ServiceUnavailable" }) },
  { name: "PutMetricData is throttled", isShort: true, ...answering({ status: 400, type: "ThrottlingException" }) },
  { name: "PutMetricData is throttled with 429", ...answering({ status: 429, headers: { "retry-after": "30" } }) },
  { name: "PutMetricData is denied", ...answering({ status: 403, type: "AccessDeniedException" }) },
  {
    name: "the credentials of the function have expired",
    ...answering({ status: 403, type: "ExpiredTokenException" }),
  },
  {
    name: "the clock of the function is too wrong for AWS",
    ...answering({ status: 400, type: "RequestTimeTooSkewed" }),
  },
  { name: "the body is too large for AWS", ...answering({ status: 413, type: "RequestEntityTooLarge" }) },
  { name: "PutMetricData resets the connection", isShort: true, ...answering("reset") },
  {
    name: "PutMetricData takes all and resets the connection",
    isShort: true,
    ...answering("take and reset"),
    mayDouble: RESENT,
  },
  { name: "PutMetricData never answers", isShort: true, ...answering("hang") },
  {
    name: "PutMetricData takes all and never answers",
    ...answering({ status: 200, isTaken: true, afterMs: 60_000 }),
    mayDouble: RESENT,
  },
  { name: "PutMetricData answers after a second", ...answering({ status: 200, isTaken: true, afterMs: 1000 }) },
  {
    name: "PutMetricData answers after 8 s",
    ...answering({ status: 200, isTaken: true, afterMs: 8000 }),
    mayDouble: RESENT,
  },
  {
    name: "PutMetricData answers with a page of HTML",
    ...answering({ status: 502, body: "<html>Bad Gateway</html>", headers: { "content-type": "text/html" } }),
  },
  { name: "PutMetricData answers with garbage", ...answering({ status: 500, body: "\u0000\u0001{{{" }) },
  { name: "PutMetricData answers nothing with 500", ...answering({ status: 500, body: "" }) },
  {
    name: "PutMetricData sends us elsewhere",
    ...answering({ status: 301, headers: { location: "http://127.0.0.1:1/" } }),
  },
  {
    name: "PutMetricData is cut off in the middle of its answer",
    ...answering({ status: 200, isTaken: true, isCut: true }),
    mayDouble: RESENT,
  },
  { name: "every second call of PutMetricData fails", ...answering(every(2, "fail")) },
  { name: "every third call of PutMetricData is reset", ...answering(every(3, "reset")) },
]);
