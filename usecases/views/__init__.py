"""Pages of the library, by what people do there: ``library`` reads, ``writing`` writes, ``acts`` decides."""
