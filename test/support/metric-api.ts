import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { gunzipSync } from "node:zlib";

/** One number as CloudWatch stores it, whichever way it came in. */
export interface Datapoint {
  readonly name: string;
  readonly unit: string;
  readonly resolution: number;
  /** As `Name=value`, in the order given. */
  readonly dimensions: readonly string[];
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value: number;
}

/** One PutMetricData request that arrived, whatever was answered. */
export interface Call {
  readonly isCompressed: boolean;
  /** Bytes of the body, unpacked. */
  readonly bytes: number;
  readonly data: readonly Datum[];
  readonly datapoints: readonly Datapoint[];
}

/** What the endpoint does with a request: take it, refuse it (400), fail (500), hang up, or never answer. */
export type Answer = "accept" | "refuse" | "fail" | "reset" | "hang" | "take and reset" | OtherAnswer;

/** An answer of one's own; what it says is all that comes back, and the request counts as taken or not. */
export interface OtherAnswer {
  readonly status: number;
  /** In the body, as AWS names its errors. */
  readonly type?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds before the first byte. */
  readonly afterMs?: number;
  readonly isTaken?: true;
  /** The connection is cut in the middle of the body. */
  readonly isCut?: true;
}

interface Datum {
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  /** Epoch seconds. */
  readonly Timestamp: number;
  readonly Unit: string;
  readonly StorageResolution: number;
  readonly Value?: number;
  readonly Values?: readonly number[];
  readonly Counts?: readonly number[];
}

/** A local endpoint that takes PutMetricData as CloudWatch does: AWS JSON 1.0, plain or gzip, with its limits. */
export class MetricApi {
  readonly calls: Call[] = [];
  readonly accepted: Datapoint[] = [];
  answer: (call: Call) => Answer;
  readonly #server = createServer((request, response) => {
    void this.#take(request, response);
  });

  constructor(answer: (call: Call) => Answer = () => "accept") {
    this.answer = answer;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the endpoint has no port");
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(request, "end");
    const isCompressed = request.headers["content-encoding"] === "gzip";
    const body = isCompressed ? gunzipSync(Buffer.concat(chunks)) : Buffer.concat(chunks);
    const { MetricData: data }: { MetricData: Datum[] } = JSON.parse(body.toString());
    const call: Call = { isCompressed, bytes: body.length, data, datapoints: data.flatMap(datapointsOf) };
    this.calls.push(call);
    const answer = this.answer(call);
    const fault = answer === "refuse" ? "refused" : faultOf(request, call);
    const isTaken = answer === "take and reset" || (typeof answer === "object" && answer.isTaken === true);
    if (isTaken) this.accepted.push(...call.datapoints);
    response.setHeader("content-type", "application/x-amz-json-1.0");
    if (answer === "hang") return;
    if (typeof answer === "object") await answered(response, answer);
    else if (answer === "reset" || answer === "take and reset") request.socket.resetAndDestroy();
    else if (answer === "fail") response.writeHead(500).end(JSON.stringify({ __type: "InternalServiceFault" }));
    else if (fault !== undefined) {
      response.writeHead(400).end(JSON.stringify({ __type: "InvalidParameterValueException", message: fault }));
    } else {
      for (const datapoint of call.datapoints) this.accepted.push(datapoint);
      response.end("{}");
    }
  }
}

async function answered(response: ServerResponse, answer: OtherAnswer): Promise<void> {
  const { status, type, afterMs = 0, headers = {}, body = type ? JSON.stringify({ __type: type }) : "{}" } = answer;
  await delay(afterMs, undefined, { ref: false });
  if (response.destroyed) return;
  response.writeHead(status, headers);
  if (answer.isCut) response.write(body.slice(0, 1), () => response.socket?.resetAndDestroy());
  else response.end(body);
}

/** The first documented rule that a call breaks. */
function faultOf({ headers }: IncomingMessage, { data, bytes }: Call): string | undefined {
  if (headers["x-amz-target"] !== "GraniteServiceVersion20100801.PutMetricData") return "another operation";
  if (headers.authorization?.startsWith("AWS4-HMAC-SHA256 ") !== true) return "not signed";
  if (bytes > 1_000_000) return "body over 1 MB";
  if (data.length > 1000) return "more than 1,000 data";
  return data.map(datumFaultOf).find((fault) => fault !== undefined);
}

function datumFaultOf({ MetricName, Dimensions, Timestamp, Value, Values, Counts }: Datum): string | undefined {
  const texts = [MetricName, ...Dimensions.flatMap(({ Name, Value: value }) => [Name, value])];
  const numbers = [...(Values ?? []), ...(Value === undefined ? [] : [Value])];
  if (numbers.length === 0 || (Value === undefined) === (Values === undefined)) return "needs one of Value and Values";
  if (new Set(Values).size > 150) return "more than 150 unique values";
  if (Values?.length !== Counts?.length) return "needs a count for each value";
  if (numbers.some((number) => typeof number !== "number" || Math.abs(number) > 2 ** 360)) return "value out of range";
  if (Dimensions.length > 30) return "more than 30 dimensions";
  if (texts.some((text) => text.trim() === "" || !/^[ -~]{1,1024}$/.test(text))) return "a name or value is malformed";
  const ageMs = Date.now() - Timestamp * 1000;
  return ageMs > 14 * 86_400_000 || ageMs < -2 * 3_600_000 ? "time out of range" : undefined;
}

function datapointsOf(datum: Datum): Datapoint[] {
  const { MetricName: name, Unit: unit, StorageResolution: resolution, Dimensions, Timestamp } = datum;
  const dimensions = Dimensions.map(({ Name, Value }) => `${Name}=${Value}`);
  const { Values: values = [datum.Value ?? Number.NaN], Counts: counts = [1] } = datum;
  const at = Math.round(Timestamp * 1000);
  return values.flatMap((value, i) =>
    Array.from({ length: counts[i] ?? 0 }, () => ({ name, unit, resolution, dimensions, at, value })),
  );
}

interface EmfLine {
  readonly _aws?: { readonly Timestamp: number; readonly CloudWatchMetrics: readonly Directive[] };
  readonly [member: string]: unknown;
}

interface Directive {
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string; readonly StorageResolution: number }[];
}

/** What CloudWatch extracts from a log line; throws where a target is not what the EMF specification demands. */
export function datapointsOfLine(line: string): Datapoint[] {
  const root: EmfLine = JSON.parse(line);
  const { _aws: metadata = { Timestamp: 0, CloudWatchMetrics: [] } } = root;
  return metadata.CloudWatchMetrics.flatMap(({ Dimensions: sets, Metrics }) =>
    sets.flatMap((set) => {
      const dimensions = set.map((name) => `${name}=${stringAt(root, name)}`);
      return Metrics.flatMap(({ Name: name, Unit: unit, StorageResolution: resolution }) =>
        numbersAt(root, name).map((value) => ({ name, unit, resolution, dimensions, at: metadata.Timestamp, value })),
      );
    }),
  );
}

function numbersAt(root: EmfLine, name: string): number[] {
  const target = Object.hasOwn(root, name) ? root[name] : undefined;
  const values: unknown[] = Array.isArray(target) ? target : [target];
  const numbers = values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  if (numbers.length !== values.length || numbers.length > 100) throw new TypeError(`${name} is no metric target`);
  return numbers;
}

function stringAt(root: EmfLine, name: string): string {
  const target = Object.hasOwn(root, name) ? root[name] : undefined;
  if (typeof target !== "string") throw new TypeError(`${name} is no dimension target`);
  return target;
}
