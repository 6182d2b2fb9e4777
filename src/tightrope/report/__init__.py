"""One self-contained HTML page about an outlook: nothing is fetched, and it needs no script."""
