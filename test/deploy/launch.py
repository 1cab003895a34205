"""Starts the emulator with five changes, which docs/decisions/emulator.md gives the reasons for.

Its own judge of alarms is silent; what it publishes for an alarm names the alarm's ARN; a schedule's input is told the
scheduled time; an account without mute rules says so when it is asked for them; and boards are listed with times that
the SDK can read.
"""

import contextvars
import json
from datetime import datetime, timezone

from ministack.services import cloudwatch, eventbridge, sns

SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"

cloudwatch._evaluate_alarm = lambda alarm: None

_dispatch = cloudwatch._dispatch_alarm_actions
_fanout = sns._fanout
_invoke = eventbridge._invoke_target
_answer = cloudwatch.handle_request
_acting = contextvars.ContextVar("acting", default=None)


def dispatch(alarm, old_state, new_state, reason):
    token = _acting.set(alarm)
    try:
        _dispatch(alarm, old_state, new_state, reason)
    finally:
        _acting.reset(token)


def fanout(topic_arn, message_id, message, *rest, **more):
    alarm = _acting.get()
    if alarm is not None:
        message = json.dumps({**json.loads(message), "AlarmArn": alarm["AlarmArn"]})
    return _fanout(topic_arn, message_id, message, *rest, **more)


def invoke(target, event, rule, *rest):
    text = target.get("Input") or ""
    if SCHEDULED_TIME in text:
        at = event["Time"]
        if rule["ScheduleExpression"].startswith("cron("):
            at -= at % 60
        said = datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        target = {**target, "Input": text.replace(SCHEDULED_TIME, said)}
    return _invoke(target, event, rule, *rest)


async def answer(method, path, headers, *rest):
    if headers.get("x-amz-target", "").endswith(".ListAlarmMuteRules"):
        return 200, {"Content-Type": "application/x-amz-json-1.0"}, b'{"AlarmMuteRuleSummaries": []}'
    answered = await _answer(method, path, headers, *rest)
    if not headers.get("x-amz-target", "").endswith(".ListDashboards"):
        return answered
    status, said, body = answered
    boards = json.loads(body)
    for board in boards.get("DashboardEntries", []):
        board["LastModified"] = datetime.fromisoformat(board["LastModified"]).timestamp()
    return status, said, json.dumps(boards).encode()


cloudwatch._dispatch_alarm_actions = dispatch
cloudwatch.handle_request = answer
sns._fanout = fanout
eventbridge._invoke_target = invoke

from ministack.app import main  # noqa: E402

main()
