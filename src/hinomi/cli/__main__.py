"""`python -m hinomi.cli`: the same as `hinomi`."""

from hinomi.cli import main

main()
