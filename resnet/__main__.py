"""`python -m resnet`: the command line."""

from resnet.cli.commands import main

main()
