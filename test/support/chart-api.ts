import { Ajv } from "ajv";

import { type Received, Receiver, type Reply } from "./receivers/receiver";

/** What a chart is asked for by. */
export interface Widget {
  readonly title: string;
  readonly metrics: readonly unknown[];
}

const text = { type: "string", minLength: 1 };
const period = { type: "integer", anyOf: [{ enum: [1, 5, 10, 20, 30] }, { multipleOf: 60, minimum: 60 }] };
const options = {
  type: "object",
  additionalProperties: false,
  properties: { id: text, expression: text, label: text, stat: text, period, visible: { type: "boolean" } },
};
const horizontal = { type: "object", required: ["value"], properties: { label: text, value: { type: "number" } } };

/** As the structure of a metric widget is documented, as far as we make use of it. */
const isWidget = new Ajv({ strict: false }).compile({
  type: "object",
  additionalProperties: false,
  required: ["metrics"],
  properties: {
    title: text,
    metrics: {
      type: "array",
      minItems: 1,
      maxItems: 100,
      items: { type: "array", minItems: 1, items: { anyOf: [text, options] } },
    },
    annotations: {
      type: "object",
      additionalProperties: false,
      properties: { horizontal: { type: "array", items: horizontal } },
    },
    start: { type: "string", pattern: "^-PT?\\d+[HMD]$" },
    end: { type: "string", pattern: "^P" },
    width: { type: "integer", minimum: 1, maximum: 2000 },
    height: { type: "integer", minimum: 1, maximum: 2000 },
  },
});

/** A PNG of one dot. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** CloudWatch as far as charts need it: DescribeAlarms by name, and GetMetricWidgetImage. */
export class ChartApi extends Receiver {
  alarms: Readonly<Record<string, unknown>>[] = [];
  readonly drawn: Widget[] = [];
  image = PNG;

  constructor() {
    super((received) => this.#handle(received));
  }

  #handle({ headers, body }: Received): Reply {
    const input = JSON.parse(body) as Readonly<Record<string, unknown>>;
    switch (String(headers["x-amz-target"])) {
      case "GraniteServiceVersion20100801.DescribeAlarms": {
        const { AlarmNames: names = [] } = input as { readonly AlarmNames?: readonly unknown[] };
        return answer({ MetricAlarms: this.alarms.filter(({ AlarmName }) => names.includes(AlarmName)) });
      }
      case "GraniteServiceVersion20100801.GetMetricWidgetImage":
        return this.#draw(JSON.parse(String(input["MetricWidget"])) as Widget);
      default:
        return fault("UnknownOperationException", "");
    }
  }

  #draw(widget: Widget): Reply {
    if (!isWidget(widget)) return fault("ValidationException", JSON.stringify(isWidget.errors));
    this.drawn.push(widget);
    return answer({ MetricWidgetImage: this.image.toString("base64") });
  }
}

const JSON_TYPE = { "content-type": "application/x-amz-json-1.0" };
const answer = (body: object): Reply => ({ status: 200, body: JSON.stringify(body), headers: JSON_TYPE });
const fault = (type: string, message: string): Reply => ({
  status: 400,
  body: JSON.stringify({ __type: type, message }),
  headers: JSON_TYPE,
});
