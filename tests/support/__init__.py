"""What several tests need: a project to play with, a served site, a browser."""
