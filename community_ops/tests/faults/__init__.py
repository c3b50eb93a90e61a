"""Faults on purpose: real workers, beats, brokers and databases that are killed, emptied and restarted.

Each test has its protection, and where it says `naive` a control: the same fault without the protection loses work.
"""
