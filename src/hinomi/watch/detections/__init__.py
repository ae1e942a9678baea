"""The detections, one file each; each has `META` and `detect(sight)`."""
