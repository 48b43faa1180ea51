"""How fast the product is: ``make bench``. Starts it as production does, drives it with wrk, prints a table."""
