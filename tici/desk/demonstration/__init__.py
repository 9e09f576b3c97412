"""The demonstration city: real places, invented projects marked 示例, and sums that meet what was published.

``generate`` makes everything from a seed and touches no database; ``load`` takes it in through the same
actions that people use. Nothing here is a person or a firm: posts only, owners are numbered examples.
"""
