"""Where each post stands in its topic, and what topics are to those who read them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: Each post's branch: that of the reply to the question from which it descends.
PLACE = """
WITH RECURSIVE below AS (
    SELECT post.id, post.topic_id, post.number, post.deleted_at, post.number AS first
    FROM forums_post post LEFT JOIN forums_post parent ON parent.id = post.parent_id
    WHERE post.number > 1 AND (parent.id IS NULL OR parent.number = 1)
    UNION ALL
    SELECT post.id, post.topic_id, post.number, post.deleted_at, below.first
    FROM forums_post post JOIN below ON post.parent_id = below.id
), placed AS (
    SELECT id,
        DENSE_RANK() OVER (PARTITION BY topic_id ORDER BY first) AS branch,
        ROW_NUMBER() OVER (PARTITION BY topic_id, first ORDER BY number) - 1 AS place,
        COUNT(*) OVER (PARTITION BY topic_id, first) - 1 AS size,
        COUNT(*) FILTER (WHERE number > first AND deleted_at IS NULL)
            OVER (PARTITION BY topic_id, first) AS standing
    FROM below
)
UPDATE forums_post SET branch = placed.branch, branch_place = placed.place,
    branch_size = CASE WHEN placed.place = 0 THEN placed.size ELSE 0 END,
    branch_replies = CASE WHEN placed.place = 0 THEN placed.standing ELSE 0 END
FROM placed WHERE placed.id = forums_post.id;
"""
COUNT = """
UPDATE forums_topic SET branch_count = counted.branches
FROM (SELECT topic_id, MAX(branch) AS branches FROM forums_post GROUP BY topic_id) AS counted
WHERE counted.topic_id = forums_topic.id AND counted.branches > 0;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('forums', '0002_same_topic'),
        ('organizations', '0004_logo_and_verification'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TopicReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_number', models.PositiveIntegerField(default=0)),
                ('read_at', models.DateTimeField(null=True)),
                ('bookmarked_at', models.DateTimeField(null=True)),
                ('watch', models.CharField(choices=[('watching', 'Watching'), ('normal', 'Normal'), ('muted', 'Muted')], default='normal', max_length=10)),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='readers', to='forums.topic')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(models.F('topic'), condition=models.Q(('watch', 'watching')), name='topic_watchers'), models.Index(models.F('user'), models.OrderBy(models.F('bookmarked_at'), descending=True), condition=models.Q(('bookmarked_at__isnull', False)), name='topic_bookmarks')],
                'constraints': [models.UniqueConstraint(fields=('user', 'topic'), name='topic_reader_once'), models.CheckConstraint(condition=models.Q(('watch__in', ['watching', 'normal', 'muted'])), name='topic_reader_watch_is_known')],
            },
        ),
        migrations.AddField(
            model_name='post',
            name='branch',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='post',
            name='branch_place',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='post',
            name='branch_size',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='post',
            name='branch_replies',
            field=models.IntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='topic',
            name='branch_count',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.RunSQL([PLACE, COUNT], migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(models.F('topic'), models.F('branch'), models.F('branch_place'), condition=models.Q(('branch_place__lte', 3)), name='post_shown_on_topic_page'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(models.F('topic'), models.OrderBy(models.F('like_count'), descending=True), models.F('branch'), condition=models.Q(('branch_place', 0)), name='post_branches_by_likes'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('topic', 'branch', 'branch_place'), name='post_place_once_per_branch'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('branch', 0), ('branch_place', 0), ('number', 1)), models.Q(('branch__gt', 0), ('number__gt', 1)), _connector='OR'), name='post_question_is_on_no_branch'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('branch_place', 0), models.Q(('branch_replies', 0), ('branch_size', 0)), _connector='OR'), name='post_branch_size_of_its_first_post'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('branch_replies__gte', 0), ('branch_replies__lte', models.F('branch_size'))), name='post_branch_replies_within_size'),
        ),
    ]
