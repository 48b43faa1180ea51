"""What the JSON API's schema calls enumerations: without a name here, it would make one up."""

from __future__ import annotations

ENUM_NAMES = {
    "BudgetRange": "usecases.models.BudgetRange",
    "ContactRequestState": "usecases.models.RequestState",
    "ActivityKind": "dashboard.feed.Kind",
    "ActivityScope": "dashboard.feed.Scope",
    "DecisionKind": "forums.models.DecisionKind",
    "EmailFrequency": "messaging.kinds.Email",
    "ErrorType": "p2psandbox.platform.api.schema.ErrorType",
    "Industry": "organizations.models.Industry",
    "InvitationResult": "accounts.actions.invitations.SendResult",
    "InvitationStatus": "accounts.models.InvitationStatus",
    "MemberRole": "accounts.models.MemberRole",
    "MessageReportReason": "messaging.models.MessageReason",
    "MessageReportState": "messaging.models.MessageReportState",
    "NotificationKind": "messaging.kinds.Kind",
    "OrganizationSize": "organizations.models.OrganizationSize",
    "ReportReason": "forums.models.Reason",
    "ReportState": "forums.models.ReportState",
    "ReplicationOutcome": "usecases.models.ReplicationOutcome",
    "ReplicationState": "usecases.models.ReplicationState",
    "UseCaseCategory": "usecases.models.Category",
    "UseCaseMediaKind": "usecases.models.MediaKind",
    "UseCaseStatus": "usecases.models.Status",
    "UseCaseStep": "usecases.models.Step",
    "UseCaseVisibility": "usecases.models.Visibility",
    "Watch": "forums.models.Watch",
}
