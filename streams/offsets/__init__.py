"""Where each partition resumes; watermarks, lost and damaged records, fencing.

What comes in: `stream_offsets` and the watermarks of Kafka's log. What goes out: the offset to start from, and what is
lost.
"""
