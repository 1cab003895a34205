import { Ajv, type ValidateFunction } from "ajv";

import { type Received, Receiver, type Reply } from "./receivers/receiver";

type Json = Readonly<Record<string, unknown>>;

/** A mute rule as it was put; dates are epoch seconds, as the protocol has them. */
export interface PutMuteRule {
  readonly Name: string;
  readonly Description: string;
  readonly Rule: {
    readonly Schedule: { readonly Expression: string; readonly Duration: string; readonly Timezone: string };
  };
  readonly MuteTargets: { readonly AlarmNames: readonly string[] };
  readonly ExpireDate?: number;
}

interface Query {
  readonly Id: string;
  readonly MetricStat: { readonly Metric: { readonly MetricName: string }; readonly Period: number };
}

/** An object of just these members, all of them required but those that end in "?". */
function object(members: Json): object {
  const properties = Object.fromEntries(
    Object.entries(members).map(([name, schema]) => [name.replace("?", ""), schema]),
  );
  const required = Object.keys(members).filter((name) => !name.endsWith("?"));
  return { type: "object", additionalProperties: false, required, properties };
}

const list = (items: object, maxItems: number, minItems = 0): object => ({ type: "array", minItems, maxItems, items });
const text = (pattern = "^"): object => ({ type: "string", minLength: 1, maxLength: 1024, pattern });
const number = { type: "number" };
const dimensions = list(object({ Name: text(), Value: text() }), 30);

/** What is documented of each call, as far as we make it. */
const SCHEMAS: Readonly<Record<string, object>> = {
  PutAlarmMuteRule: object({
    Name: text("^[\\w-]{1,255}$"),
    Description: text(),
    Rule: object({
      Schedule: object({
        Expression: text("^at\\(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d\\)$"),
        Duration: text("^P(?=.*\\d)(\\d+D)?(T(\\d+H)?(\\d+M)?)?$"),
        Timezone: text("^UTC$"),
      }),
    }),
    MuteTargets: object({ AlarmNames: list(text(), 100, 1) }),
    "ExpireDate?": number,
  }),
  ListAlarmMuteRules: object({ Statuses: list({ enum: ["ACTIVE", "SCHEDULED", "EXPIRED"] }, 3), "NextToken?": text() }),
  GetAlarmMuteRule: object({ AlarmMuteRuleName: text() }),
  DeleteAlarmMuteRule: object({ AlarmMuteRuleName: text() }),
  DescribeAlarms: object({ AlarmNames: list(text(), 100, 1), AlarmTypes: list({ enum: ["MetricAlarm"] }, 2) }),
  SetAlarmState: object({ AlarmName: text(), StateValue: { enum: ["ALARM"] }, StateReason: text("^DRILL") }),
  PutMetricData: object({
    Namespace: text("^QuantumTrader$"),
    MetricData: list(
      object({
        MetricName: text(),
        Dimensions: dimensions,
        Timestamp: number,
        Value: number,
        Unit: { enum: ["Seconds"] },
        StorageResolution: { enum: [60] },
      }),
      1000,
      1,
    ),
  }),
  GetMetricData: object({
    MetricDataQueries: list(
      object({
        Id: text("^[a-z]"),
        MetricStat: object({
          Metric: object({ Namespace: text(), MetricName: text(), Dimensions: dimensions }),
          // What is stored by the minute cannot be asked for by less.
          Period: { enum: [60] },
          Stat: { enum: ["Maximum", "Minimum"] },
        }),
      }),
      500,
      1,
    ),
    StartTime: number,
    EndTime: number,
    ScanBy: { enum: ["TimestampAscending"] },
  }),
};

const ajv = new Ajv({ strict: false });
const VALIDATORS = new Map<string, ValidateFunction>(
  Object.entries(SCHEMAS).map(([name, schema]) => [name, ajv.compile(schema)]),
);

/** CloudWatch on this machine: keeps mute rules, an alarm and a metric, and every call that it was asked. */
export class CloudwatchApi extends Receiver {
  /** In order, with what was asked of them. */
  readonly calls: { readonly name: string; readonly input: Json }[] = [];
  readonly muteRules = new Map<string, PutMuteRule>();
  /** As DescribeAlarms tells of them. */
  alarms: Json[] = [];
  /** What GetMetricData finds of a metric, a value a minute, by the number of times that it was asked. */
  values: (times: number, metric: string) => readonly number[] = () => [];
  /** A call that this person may not make. */
  forbidden = "";
  pageSize = 2;

  constructor() {
    super((received) => this.#handle(received));
  }

  named(name: string): Json[] {
    return this.calls.filter((call) => call.name === name).map(({ input }) => input);
  }

  #handle({ headers, body }: Received): Reply {
    const name = /^GraniteServiceVersion20100801\.(\w+)$/.exec(String(headers["x-amz-target"]))?.[1] ?? "";
    if (!headers.authorization?.startsWith("AWS4-HMAC-SHA256 "))
      return fault("MissingAuthenticationToken", "not signed");
    const input = JSON.parse(body) as Json;
    this.calls.push({ name, input });
    if (name === this.forbidden) return fault("AccessDeniedException", `not authorized to perform cloudwatch:${name}`);
    const isValid = VALIDATORS.get(name);
    if (isValid === undefined) return fault("UnknownOperationException", name);
    if (!isValid(input)) return fault("ValidationException", JSON.stringify(isValid.errors));
    return this.#answer(name, input);
  }

  #answer(name: string, input: Json): Reply {
    const key = String(input["AlarmMuteRuleName"]);
    switch (name) {
      case "PutAlarmMuteRule":
        this.muteRules.set(String(input["Name"]), input as unknown as PutMuteRule);
        return answer({});
      case "ListAlarmMuteRules":
        return this.#list(input);
      case "GetAlarmMuteRule": {
        const found = this.muteRules.get(key);
        return found ? answer({ ...found, Status: "ACTIVE" }) : fault("ResourceNotFoundException", `no ${key}`);
      }
      case "DeleteAlarmMuteRule":
        this.muteRules.delete(key);
        return answer({});
      case "DescribeAlarms": {
        const names = input["AlarmNames"] as readonly unknown[];
        return answer({ MetricAlarms: this.alarms.filter((alarm) => names.includes(alarm["AlarmName"])) });
      }
      case "GetMetricData": {
        return answer({ MetricDataResults: this.#found(input) });
      }
      default:
        return answer({});
    }
  }

  #found({ MetricDataQueries: queries, StartTime: start }: Json): Json[] {
    const times = this.named("GetMetricData").length;
    return (queries as readonly Query[]).map(({ Id, MetricStat }) => {
      const Values = this.values(times, MetricStat.Metric.MetricName);
      return { Id, Values, Timestamps: Values.map((_, place) => Number(start) + place * MetricStat.Period) };
    });
  }

  #list({ NextToken: token = "0" }: Json): Reply {
    const from = Number(token);
    const names = [...this.muteRules.keys()];
    const summaries = names.slice(from, from + this.pageSize).map((name) => ({
      AlarmMuteRuleArn: `arn:aws:cloudwatch:eu-central-1:222222222222:alarm-mute-rule:${name}`,
      Status: "ACTIVE",
    }));
    const next = from + this.pageSize < names.length ? { NextToken: String(from + this.pageSize) } : {};
    return answer({ AlarmMuteRuleSummaries: summaries, ...next });
  }
}

const answer = (body: object): Reply => ({ status: 200, body: JSON.stringify(body), headers: JSON_TYPE });
const fault = (type: string, message: string): Reply => ({
  status: 400,
  body: JSON.stringify({ __type: type, message }),
  headers: JSON_TYPE,
});
const JSON_TYPE = { "content-type": "application/x-amz-json-1.0" };

/** What the bin needs to call it: its address, and keys that are none. */
export function awsEnv(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "geheim",
    USER: "erika",
  };
}
