"""A reply's parent and a topic's best answer belong to that very topic: two keys over two columns each."""

from django.db import migrations

MAKE = """
ALTER TABLE forums_post ADD CONSTRAINT post_parent_in_same_topic
    FOREIGN KEY (parent_id, topic_id) REFERENCES forums_post (id, topic_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE forums_topic ADD CONSTRAINT topic_best_answer_in_same_topic
    FOREIGN KEY (best_answer_id, id) REFERENCES forums_post (id, topic_id) DEFERRABLE INITIALLY DEFERRED;
"""
UNMAKE = """
ALTER TABLE forums_topic DROP CONSTRAINT topic_best_answer_in_same_topic;
ALTER TABLE forums_post DROP CONSTRAINT post_parent_in_same_topic;
"""


class Migration(migrations.Migration):
    dependencies = [("forums", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
