import django.db.models.deletion
import django.utils.timezone
import p2psandbox.platform.models
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION audit_trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is append-only.' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_trail_is_append_only BEFORE UPDATE OR DELETE ON organizations_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_trail_is_append_only();
"""
ALLOW = """
DROP TRIGGER audit_trail_is_append_only ON organizations_auditentry;
DROP FUNCTION audit_trail_is_append_only();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("organizations", "0002_unicode_slug"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.UUIDField(default=p2psandbox.platform.models.new_id, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("what", models.CharField(choices=[("invitation_sent", "Invitation sent"), ("invitation_resent", "Invitation sent again"), ("invitation_cancelled", "Invitation cancelled"), ("invitation_accepted", "Invitation accepted"), ("role_changed", "Role changed"), ("member_edited", "Name or job title changed"), ("member_deactivated", "Member deactivated"), ("member_reinstated", "Member reinstated"), ("member_removed", "Member removed"), ("member_restored", "Removed member brought back"), ("organization_edited", "Organization's profile changed"), ("logo_changed", "Logo changed"), ("verification_requested", "Verification asked for"), ("organization_verified", "Organization verified"), ("verification_refused", "Verification refused"), ("verification_withdrawn", "Verification withdrawn")], max_length=40)),
                ("actor_id", models.UUIDField(blank=True, null=True)),
                ("actor_name", models.CharField(blank=True, max_length=254)),
                ("subject_id", models.UUIDField(blank=True, null=True)),
                ("subject_name", models.CharField(blank=True, max_length=254)),
                ("details", models.JSONField(blank=True, default=dict)),
                ("organization", models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="audit_entries", to="organizations.organization")),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit trail",
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["organization", "-at", "-id"], name="audit_by_organization")],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
