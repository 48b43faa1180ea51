"""Mail: written as a row in the transaction that causes it, sent afterwards by a task."""
