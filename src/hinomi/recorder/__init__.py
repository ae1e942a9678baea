"""Recorder: one procedure, one folder. `hub` takes samples from connectors, `folder` keeps them, `reader` gives them.

    <home>/theatre/records/<start>-<room>-<id>/
      record.json          what it is, written whole and renamed into place
      data-0001.mcap …     every sample once, in order; a chunk each half second
      video-<channel>-<run>.mp4   fragments as the device sent them
      numerics, events, fragments (.jsonl; .parquet once it ended)   the same values once more, small, for questions

Not for diagnosis or monitoring.
"""
