"""Figures of the pages over the marts, and the lists behind every figure."""
