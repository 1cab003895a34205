import { CfnResource, TimeZone } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { reservedConcurrencyOf } from "../../lib/environments/concurrency";
import { tableName } from "../../lib/environments/names";
import { channelsOf, NOTIFIED, NOTIFY } from "../../lib/environments/paging";
import { drillAlarmProperties } from "../../lib/notify/drill-alarm";
import { TABLE_EXPIRY, TABLE_KEY } from "../../lib/notify/dynamodb-store";
import { accepted } from "./accepted";
import { deadLetters } from "./dead-letters";
import { removalOf } from "./function-log";
import { drillVariables, notifierVariables, remindVariables } from "../../lib/environments/notifier-variables";
import { OutsideFunction } from "./outside-function";
import {
  drawsCharts,
  leavesDeadLetters,
  looksAtAlarms,
  looksAtMuteRules,
  readsLines,
  readsSecrets,
  remembers,
} from "./rights";
import type { Topics } from "./topics";

interface NotifierProps {
  readonly environment: ValidatedEnvironment;
  readonly topics: Topics;
  /** ARNs of the log groups of all functions that collect. */
  readonly logGroupArns: readonly string[];
}

/** What cdk-nag finds of rights on every resource. */
const EVERY_RESOURCE = "IAM5[Resource::*]";
const ALL_ALARMS = "DescribeAlarms tells of composite alarms to nobody who may look at some alarms only";

/** The functions that tell people, and the table in which they remember what they told. */
export class Notifier extends Construct {
  /** Takes the topics' messages. */
  readonly notify: IFunction;

  constructor(scope: Construct, id: string, props: NotifierProps) {
    super(scope, id);
    const { environment, topics } = props;
    const table = this.#table(environment);
    this.notify = this.#notify(props, table);
    const heartbeat = environment.notify?.heartbeat;
    const remind = new OutsideFunction(this, "Remind", {
      environment,
      name: "remind",
      description: "Tells people again of what still fires, and an outside watcher that pages arrive",
      statements: [
        ...this.#telling(props, table, heartbeat && "secretArn" in heartbeat ? [heartbeat.secretArn] : []),
        looksAtMuteRules(),
      ],
      variables: { ...notifierVariables(environment, topicsOf(topics)), ...remindVariables(environment) },
      // By the clock and not by the rate, so that the outside watcher is called at even times.
      schedule: ScheduleExpression.expression("cron(* * * * ? *)"),
    });
    const whyMuteRules = "ListAlarmMuteRules and GetAlarmMuteRule read whatever mute rules the account has";
    accepted(remind.role, EVERY_RESOURCE, `${ALL_ALARMS}; ${whyMuteRules}.`);
    if (environment.notify?.drill) this.#drill(environment, topics, environment.notify.drill);
  }

  #table({ name, removal }: ValidatedEnvironment): Table {
    const table = new Table(this, "Incidents", {
      tableName: tableName(name),
      partitionKey: { name: TABLE_KEY, type: AttributeType.STRING },
      timeToLiveAttribute: TABLE_EXPIRY,
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: removalOf({ removal }),
    });
    accepted(table, "DDB3", "It holds what was told in the last days; lost, an incident is told once more.");
    return table;
  }

  #notify(props: NotifierProps, table: Table): IFunction {
    const { environment, topics } = props;
    const queue = deadLetters(this, "DeadLetters", { environment, label: NOTIFY, key: topics.key });
    const reservedConcurrency = reservedConcurrencyOf(environment).get(NOTIFY);
    // Only Slack's bot takes pictures.
    const isDrawing = channelsOf(environment).some(({ kind }) => kind === "slack-bot");
    const notify = new OutsideFunction(this, "Notify", {
      environment,
      name: NOTIFY,
      description: "Tells people of alarms",
      statements: [...this.#telling(props, table), ...(isDrawing ? [drawsCharts()] : []), ...leavesDeadLetters(queue)],
      variables: notifierVariables(environment, topicsOf(topics)),
      deadLetters: queue,
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    });
    const whyCharts = isDrawing ? "; GetMetricWidgetImage knows no resources" : "";
    accepted(notify.role, EVERY_RESOURCE, `${ALL_ALARMS}${whyCharts}.`);
    return notify.function;
  }

  #telling({ environment, logGroupArns }: NotifierProps, table: Table, more: string[] = []): PolicyStatement[] {
    const secrets = channelsOf(environment).map(({ secretArn }) => secretArn);
    return [
      remembers(table.tableArn),
      readsLines(logGroupArns),
      looksAtAlarms(),
      ...readsSecrets([...secrets, ...more], environment),
    ];
  }

  #drill(environment: ValidatedEnvironment, topics: Topics, { day, at, severity }: Drill): void {
    const [hour, minute] = at.split(":");
    new OutsideFunction(this, "Drill", {
      environment,
      name: "drill",
      description: "Begins a drill, once a week",
      statements: [],
      variables: drillVariables(environment),
      schedule: ScheduleExpression.cron({
        minute: String(Number(minute)),
        hour: String(Number(hour)),
        weekDay: day,
        timeZone: TimeZone.ETC_UTC,
      }),
    });
    const properties = { ...drillAlarmProperties(environment, severity, topics.arns) };
    new CfnResource(this, "DrillAlarm", { type: "AWS::CloudWatch::Alarm", properties });
  }
}

type Drill = NonNullable<NonNullable<ValidatedEnvironment["notify"]>["drill"]>;

const topicsOf = ({ arns }: Topics): string[] => NOTIFIED.map((severity) => arns[severity]);
