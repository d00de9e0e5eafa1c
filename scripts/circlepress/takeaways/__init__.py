"""Files people leave with, one writer per format."""
