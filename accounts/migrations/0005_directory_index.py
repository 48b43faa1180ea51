from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_words'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True), ('email_verified_at__isnull', False), ('is_active', True)), fields=['first_name', 'last_name', 'id'], name='user_by_name'),
        ),
    ]
