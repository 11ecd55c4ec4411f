"""What a model is proposed to say, chosen by the evidence: types, keys, references, groups, features.

What comes in: evidence. What goes out: choices, each with its reason or its doubt in words.
"""
