"""Stories leaving the platform as documents: one as PDF, many as a workbook or as a PDF list.

What is exported stands once, in :mod:`usecases.exports.columns`; who may have it is asked where it is read
(:mod:`usecases.exports.records`), with the rights of whoever asks, at that moment.
"""
