"""Reports, decisions that the database itself keeps from being changed, and feed addresses."""

import django.db.models.deletion
import django.utils.timezone
import p2psandbox.platform.models
from django.conf import settings
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION forums_decisions_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Decisions are append-only.' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER forums_decisions_are_append_only BEFORE UPDATE OR DELETE ON forums_decision
    FOR EACH ROW EXECUTE FUNCTION forums_decisions_are_append_only();
"""
ALLOW = """
DROP TRIGGER forums_decisions_are_append_only ON forums_decision;
DROP FUNCTION forums_decisions_are_append_only();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_picture'),
        ('forums', '0003_branches_and_readers'),
        ('organizations', '0004_logo_and_verification'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FeedAddress',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='feed_address', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('seed', models.CharField(max_length=43)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='ReportedPost',
            fields=[
            ],
            options={
                'verbose_name': 'reported post',
                'verbose_name_plural': 'reported posts',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('forums.post',),
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.UUIDField(default=p2psandbox.platform.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kind', models.CharField(choices=[('hide', 'Post hidden'), ('unhide', 'Post shown again'), ('warn', 'Author warned'), ('unwarn', 'Warning taken back'), ('lock', 'Topic locked'), ('unlock', 'Topic unlocked'), ('pin', 'Topic pinned'), ('unpin', 'Topic unpinned'), ('move', 'Topic moved'), ('delete', 'Deleted'), ('restore', 'Restored'), ('suspend', 'Account suspended'), ('unsuspend', 'Account reinstated'), ('dismiss', 'Reports dismissed'), ('reopen', 'Reports opened again')], max_length=10, verbose_name='decision')),
                ('rule', models.CharField(blank=True, choices=[('three_reports', 'Reports from three organizations')], max_length=20)),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='reason')),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('actor', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='forums.post')),
                ('takes_back', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taken_back_by', to='forums.decision')),
                ('topic', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='forums.topic')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['post', '-at'], name='decision_by_post'), models.Index(fields=['topic', '-at'], name='decision_by_topic'), models.Index(fields=['person', '-at', '-id'], name='decision_by_person'), models.Index(fields=['-at', '-id'], name='decision_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['hide', 'unhide', 'warn', 'unwarn', 'lock', 'unlock', 'pin', 'unpin', 'move', 'delete', 'restore', 'suspend', 'unsuspend', 'dismiss', 'reopen'])), name='decision_kind_is_known'), models.CheckConstraint(condition=models.Q(('rule', ''), ('actor__isnull', True), _connector='OR'), name='decision_by_a_rule_or_a_person'), models.CheckConstraint(condition=models.Q(('topic__isnull', False), ('person__isnull', False), _connector='OR'), name='decision_is_about_something')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.UUIDField(default=p2psandbox.platform.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('reason', models.CharField(choices=[('spam', 'Advertising or spam'), ('rude', 'Rude or insulting'), ('unsafe', 'Dangerous advice'), ('confidential', 'Gives away what a company keeps to itself'), ('rights', 'Copied without permission'), ('off_topic', 'Does not belong here'), ('other', 'Something else')], max_length=16, verbose_name='reason')),
                ('note', models.TextField(blank=True, max_length=1000, verbose_name='note')),
                ('state', models.CharField(choices=[('open', 'Waiting for a moderator'), ('upheld', 'A moderator acted on it'), ('dismissed', 'A moderator saw no reason to act')], default='open', max_length=10, verbose_name='state')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('decision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='forums.decision')),
                ('organization', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('post', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='forums.post')),
                ('reporter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['created_at'], name='report_queue')],
                'constraints': [models.UniqueConstraint(fields=('post', 'reporter'), name='report_once_per_person'), models.CheckConstraint(condition=models.Q(('reason__in', ['spam', 'rude', 'unsafe', 'confidential', 'rights', 'off_topic', 'other'])), name='report_reason_is_known'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'upheld', 'dismissed'])), name='report_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', True), ('settled_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decision__isnull', False), ('settled_at__isnull', False)), _connector='OR'), name='report_settled_by_a_decision')],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
