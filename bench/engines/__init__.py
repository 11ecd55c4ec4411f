"""What people would take instead: engines that end in Postgres, and their trials.

An engine is run as its documents advise, by as small a program as does the job: rows and features of the lab.
"""
