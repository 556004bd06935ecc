"""The demonstration: three fictional clubs, their athletes and six seasons of plausible results."""
