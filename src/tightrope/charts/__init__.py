"""Labelled results -> Altair charts; one chart serves notebook, app and report."""
