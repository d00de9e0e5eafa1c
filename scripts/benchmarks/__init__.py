"""What `scripts/bench` measures, one module per question, on content that `corpus.py` makes."""
