"""Search looks at entries of their own, made by ``manage.py reindex_search`` for the posts that stand already."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forums', '0004_moderation'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_entry', serialize=False, to='forums.post')),
                ('number', models.PositiveIntegerField()),
                ('created_at', models.DateTimeField()),
                ('vector', django.contrib.postgres.search.SearchVectorField()),
                ('head', django.contrib.postgres.search.SearchVectorField(null=True)),
                ('revision_id', models.UUIDField()),
                ('recipe', models.PositiveSmallIntegerField()),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forums.topic')),
            ],
            options={
                'verbose_name': 'search entry',
                'verbose_name_plural': 'search entries',
                'indexes': [django.contrib.postgres.indexes.GinIndex(condition=models.Q(('number', 1)), fastupdate=False, fields=['vector'], name='search_questions'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('number__gt', 1)), fastupdate=False, fields=['vector'], name='search_replies'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('number', 1)), fastupdate=False, fields=['head'], name='search_heads'), models.Index(models.OrderBy(models.F('created_at'), descending=True), condition=models.Q(('number', 1)), name='search_questions_newest'), models.Index(models.OrderBy(models.F('created_at'), descending=True), condition=models.Q(('number__gt', 1)), name='search_replies_newest')],
            },
        ),
        migrations.RemoveIndex(
            model_name='topic',
            name='topic_search',
        ),
        migrations.RemoveField(
            model_name='topic',
            name='search_vector',
        ),
    ]
