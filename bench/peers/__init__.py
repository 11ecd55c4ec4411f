"""What others would do, as small as it can be done rightly.

A peer is a program that does its work once, prints `seconds N` last, and writes what it computed where it is told.
"""
