"""What operators and moderators see of messaging: notifications, and reported messages, to decide about.

Conversations, messages and blocks are nobody's but the two people's: they have no page here.
"""

from messaging.admin import notifications as notifications
from messaging.admin import reports as reports
