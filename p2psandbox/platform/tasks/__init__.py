"""Background work: the base of every task, the schedule's heartbeat, and a record of what has given up."""
