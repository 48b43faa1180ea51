"""Places: the world's cities from GeoNames, found by name, and things found by how far away they are.

No PostGIS: a box on an ordinary index, then the great-circle distance (:mod:`radius`). See docs/places.md.
"""
