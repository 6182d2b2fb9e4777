"""From documents to reviewed facts: read, set noise apart, find statements, propose, decide."""
