"""Reading accounts, by noun: one's own, members of a company, invitations, the directory of people."""

from accounts.queries.own import SessionLine, own_account, own_sessions, session_id

__all__ = ["SessionLine", "own_account", "own_sessions", "session_id"]
