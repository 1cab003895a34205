import { CloudWatchClient, DescribeAlarmsCommand, GetMetricWidgetImageCommand } from "@aws-sdk/client-cloudwatch";

import { patience } from "../aws-client";
import { NotifyError } from "../errors";
import type { AlarmEvent } from "./alarm-event";
import { chartWidget } from "./chart-widget";

/** Draws what alarms look at. */
export interface ChartSource {
  /** A PNG of the last hours of an alarm's metric, of a child that made a composite one change; throws where there is none. */
  draw(event: AlarmEvent, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

/** Four seconds allow for one further attempt. */
const MAX_ATTEMPTS = 2;
const ANSWER_MS = 5000;
const FLAG = /-flag$/;
/** The first bytes of any PNG. */
const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** Charts by CloudWatch; rights cloudwatch:DescribeAlarms and cloudwatch:GetMetricWidgetImage. */
export function awsCharts(client = new CloudWatchClient(patience(MAX_ATTEMPTS, ANSWER_MS))): ChartSource {
  return {
    async draw(event, abortSignal) {
      const arns = event.triggeringChildren.length > 0 ? event.triggeringChildren : [event.arn];
      const describe = new DescribeAlarmsCommand({ AlarmNames: arns.map(nameIn), AlarmTypes: ["MetricAlarm"] });
      const { MetricAlarms: alarms = [] } = await client.send(describe, { abortSignal });
      // A flag says only whether the other one counts.
      const drawn = alarms.find(({ AlarmName: name = "" }) => !FLAG.test(name)) ?? alarms[0];
      const widget = drawn && chartWidget(drawn);
      if (widget === undefined) throw new NotifyError("there is no metric to draw");
      const command = new GetMetricWidgetImageCommand({ MetricWidget: widget, OutputFormat: "png" });
      const { MetricWidgetImage: image } = await client.send(command, { abortSignal });
      const bytes = Buffer.from(image ?? []);
      if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new NotifyError("what was drawn is no PNG");
      return bytes;
    },
  };
}

/** The name at the end of an alarm's ARN. */
const nameIn = (arn: string): string => arn.split(":").slice(6).join(":") || arn;
