"""Which use case does which job: the one table, for tasks and for whoever does due work without a broker."""

from __future__ import annotations

from support_portal.jobs import ASKED, Job
from support_portal.use_cases import forgotten, tidy
from support_portal.use_cases.do_work import Doing
from support_portal.use_cases.intake import match
from support_portal.use_cases.remove import remove
from support_portal.use_cases.send_mail import send
from support_portal.use_cases.tokens import remind_of_token
from support_portal.use_cases.verify import verify
from support_portal.use_cases.watch import watch

DOING: dict[Job, Doing] = {
    Job.MATCH_REQUEST: lambda held, tools: match(held.subject, tools=tools),
    Job.MATCH_RESET: lambda held, tools: forgotten.match(held.subject, tools=tools),
    Job.VERIFY: lambda held, tools: verify(held.subject, tools=tools),
    Job.WATCH: lambda held, tools: watch(held.subject, is_asked=held.lane == ASKED, tools=tools),
    Job.REMOVE: lambda held, tools: remove(held.subject, tools=tools),
    Job.REMIND: lambda held, tools: tidy.remind(held.subject, tools=tools),
    Job.REMIND_OF_TOKEN: lambda held, tools: remind_of_token(held.subject, tools=tools),
    Job.EXPIRE: lambda held, tools: tidy.expire(held.subject, tools=tools),
    Job.SEND_MAIL: lambda held, tools: send(held.subject, tools=tools),
}
