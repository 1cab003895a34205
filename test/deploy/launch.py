"""Starts the emulator with two changes to its alarms, which docs/decisions/emulator.md gives the reasons for.

Its own judge is silent, and what it publishes for an alarm names the alarm's ARN, as CloudWatch's messages do.
"""

import contextvars
import json

from ministack.services import cloudwatch, sns

cloudwatch._evaluate_alarm = lambda alarm: None

_dispatch = cloudwatch._dispatch_alarm_actions
_fanout = sns._fanout
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


cloudwatch._dispatch_alarm_actions = dispatch
sns._fanout = fanout

from ministack.app import main  # noqa: E402

main()
