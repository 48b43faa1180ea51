"""What is done with organizations, by noun."""

from organizations.actions.registration import (
    NAME_TAKEN,
    create_organization,
    forget_empty,
    hold_name,
    is_name_taken,
)
from organizations.actions.verification import verify_organization

__all__ = ["NAME_TAKEN", "create_organization", "forget_empty", "hold_name", "is_name_taken", "verify_organization"]
