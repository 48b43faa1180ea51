"""What outcomes are measured in: standard metrics, units, and the change two figures mean.

``definitions.toml`` lists the metrics, :mod:`usecases.metrics.units` the units, :mod:`usecases.metrics.definitions`
finds the metric a name means, :mod:`usecases.metrics.measuring` works out what is stored with a story.
"""

from usecases.metrics.definitions import Definition, by_key, definitions, meant, named
from usecases.metrics.measuring import Measured, measured, problems
from usecases.metrics.units import converted, unit_of

__all__ = [
    "Definition",
    "Measured",
    "by_key",
    "converted",
    "definitions",
    "meant",
    "measured",
    "named",
    "problems",
    "unit_of",
]
