"""Bringing stories in from files: ``readers`` turn a file into records, ``records`` a record into a draft.

Columns of CSV and XLSX (first row; case, spaces and dashes do not matter) and keys of JSON objects::

    title, summary, category, industry, technologies, problem (or challenge), solution, outcomes (or impact,
    impact_text), difficulties, budget_range, timeline_months, vendor, lessons, city, country (name or ISO code),
    site (or region), latitude, longitude, url (or source_url), source, licence, language, organization,
    contact_name, contact_title, contact_email, contact_phone, metric_1_name, metric_1_unit, metric_1_baseline,
    metric_1_result, metric_1_period, metric_1_method, metric_2_name …

Lists in a cell are parted by ``;`` or ``|`` or line breaks. In JSON, ``outcomes`` may be a list of
``{name, before, after, unit, text}``. Texts are plain or HTML.
"""
