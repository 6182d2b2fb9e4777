"""Forecasts put to the test: rolling origins, proper scores, and how sure each figure is."""
