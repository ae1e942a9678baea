"""One web session (python-requests) over several pages."""

from __future__ import annotations

import argparse
import time

import requests


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--authority", required=True)
    parser.add_argument("--pause", type=float, default=1)
    parser.add_argument("--url", nargs="+", required=True)
    options = parser.parse_args()
    with requests.Session() as session:
        session.verify = options.authority
        for url in options.url:
            answer = session.get(url, timeout=20)
            answer.raise_for_status()
            time.sleep(options.pause)


if __name__ == "__main__":
    main()
