import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Queue } from "aws-cdk-lib/aws-sqs";

import type { ValidatedEnvironment } from "../../lib/environment";
import { viaService } from "../../lib/partition";

/** Writing to a function's own log group. */
export function writesLog(logGroup: ILogGroup): PolicyStatement {
  return statement("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], [logGroup.logGroupArn]);
}

/** Reading and writing single records. */
export function remembers(tableArn: string): PolicyStatement {
  return statement("RememberTellings", ["dynamodb:GetItem", "dynamodb:PutItem"], [tableArn]);
}

/** Reading log lines of these groups. */
export function readsLines(logGroupArns: readonly string[]): PolicyStatement {
  return statement("ReadCollectorLines", ["logs:FilterLogEvents"], logGroupArns);
}

/** Reading the state of alarms; DescribeAlarms tells nothing of composite ones to whoever may look at some alarms only. */
export function looksAtAlarms(): PolicyStatement {
  return statement("LookAtAlarms", ["cloudwatch:DescribeAlarms"], ["*"]);
}

/** Drawing what alarms look at: GetMetricWidgetImage knows no resources. */
export function drawsCharts(): PolicyStatement {
  return statement("DrawCharts", ["cloudwatch:GetMetricWidgetImage"], ["*"]);
}

/** Reading mute rules: a listing is of all of the account's, and each of an environment is then asked for by its name. */
export function looksAtMuteRules(): PolicyStatement {
  return statement("LookAtMuteRules", ["cloudwatch:ListAlarmMuteRules", "cloudwatch:GetAlarmMuteRule"], ["*"]);
}

/** Reading exactly these secrets, decrypted by the environment's key where it has one; nothing where there are none. */
export function readsSecrets(arns: readonly string[], environment: ValidatedEnvironment): PolicyStatement[] {
  const each = [...new Set(arns)];
  if (each.length === 0) return [];
  const read = statement("ReadSecrets", ["secretsmanager:GetSecretValue"], each);
  return environment.secretsKeyArn === undefined
    ? [read]
    : [read, decrypts(each, environment.secretsKeyArn, environment.region)];
}

/** Secrets Manager decrypts in the name of who asks; the key opens nothing else, and nothing by another way. */
function decrypts(secrets: string[], keyArn: string, region: string): PolicyStatement {
  return new PolicyStatement({
    sid: "DecryptSecrets",
    actions: ["kms:Decrypt"],
    resources: [keyArn],
    conditions: {
      StringEquals: {
        "kms:ViaService": viaService(region, "secretsmanager"),
        "kms:EncryptionContext:SecretARN": secrets,
      },
    },
  });
}

/** Lambda's handing over, in the function's name, of what failed to the end, to an encrypted queue. */
export function leavesDeadLetters({ queueArn, encryptionMasterKey: key }: Queue): PolicyStatement[] {
  return [
    statement("LeaveDeadLetters", ["sqs:SendMessage"], [queueArn]),
    ...(key ? [statement("EncryptDeadLetters", ["kms:Decrypt", "kms:GenerateDataKey"], [key.keyArn])] : []),
  ];
}

function statement(sid: string, actions: readonly string[], resources: readonly string[]): PolicyStatement {
  return new PolicyStatement({ sid, actions: [...actions], resources: [...resources] });
}
