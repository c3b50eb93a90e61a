"""`manage.py bench`: measures the product against a floor that does the least possible, interleaved in one run.

A bench is one row of catalogue.BENCHES with a file of its own; it works in a database of its own, which is dropped at
the end. Ratios within one run are what counts: times of two machines, or of two hours, do not compare.
"""
