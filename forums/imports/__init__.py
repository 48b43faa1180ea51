"""Taking threads over from files: ``reader`` finds the threads in a file, ``threads`` makes sense of each.

A file is a JSON list of threads::

    {"source": "where it is from", "licence": "…", "title": "…", "tags": ["…"],
     "posts": [{"author": "name", "body_html": "…" or "body_markdown": "…", "created_at": "2015-02-20T16:35:28Z",
                "reply_to_index": 0 or null, "accepted": true or false}]}

``title`` and ``posts`` are needed, everything else may be missing. The first post is the question. A time without
a zone is read as UTC, a missing or impossible one is bridged from its neighbours.
"""
