"""The words a story's columns may hold."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a story stands: ``draft → in review → published ⇄ unpublished``."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    UNPUBLISHED = "unpublished", _("Unpublished")


class WorkingStatus(models.TextChoices):
    """Where the working copy of a *published* story stands; empty when there is none."""

    NONE = "", _("None")
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")


class Visibility(models.TextChoices):
    """Who reads a published story."""

    MEMBERS = "members", _("Members of P2P Sandbox")
    PUBLIC = "public", _("Everyone, also without an account")


class Category(models.TextChoices):
    """What kind of improvement a story is about."""

    QUALITY = "quality", _("Quality and scrap")
    MAINTENANCE = "maintenance", _("Maintenance and uptime")
    ENERGY = "energy", _("Energy and resources")
    AUTOMATION = "automation", _("Automation and robotics")
    PRODUCTION = "production", _("Production and planning")
    LOGISTICS = "logistics", _("Warehouse and supply")
    DATA = "data", _("Data and connectivity")
    SAFETY = "safety", _("Safety and ergonomics")
    SKILLS = "skills", _("Skills and ways of working")
    PRODUCT = "product", _("Product and design")
    OTHER = "other", _("Other")


class BudgetRange(models.TextChoices):
    """What it cost, roughly, in US dollars."""

    UNDER_10K = "under_10k", _("Under 10,000 USD")
    FROM_10K = "10k_50k", _("10,000 to 50,000 USD")
    FROM_50K = "50k_250k", _("50,000 to 250,000 USD")
    FROM_250K = "250k_1m", _("250,000 to 1 million USD")
    OVER_1M = "over_1m", _("Over 1 million USD")


class Step(models.TextChoices):
    """What happened to a story, as its history tells it."""

    STARTED = "started", _("Started")
    SUBMITTED = "submitted", _("Handed in")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Sent back")
    PUBLISHED = "published", _("Published")
    UNPUBLISHED = "unpublished", _("Unpublished")
    TAKEN_DOWN = "taken_down", _("Taken down")
    FEATURED = "featured", _("Featured")
    UNFEATURED = "unfeatured", _("No longer featured")
    DELETED = "deleted", _("Deleted")
    RESTORED = "restored", _("Restored")
    IMPORTED = "imported", _("Imported")
