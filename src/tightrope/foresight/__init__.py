"""What may happen next: questions, ensembles, and the answers with what stands behind them."""
