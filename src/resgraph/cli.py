"""The command ``resgraph``: sub-commands that are imported when they are called.

Exit code 0: done. 1: a finding, such as data that break a shape. 2: asked wrongly, or an input that cannot be
read. Messages go to standard error, answers to standard output.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final, NoReturn

import click

from resgraph.errors import ResgraphError

#: Each command and the module that has it, as `command`.
COMMANDS: Final[Mapping[str, str]] = {
    "serve": "resgraph.commands.serve",
    "query": "resgraph.commands.query",
    "search": "resgraph.commands.search",
    "evidence": "resgraph.commands.evidence",
    "paths": "resgraph.commands.paths",
    "build": "resgraph.commands.build",
    "validate": "resgraph.commands.validate",
    "reason": "resgraph.commands.reason",
    "profile": "resgraph.commands.profile",
    "check": "resgraph.commands.check",
    "explain": "resgraph.commands.explain",
    "diff": "resgraph.commands.diff",
    "release": "resgraph.commands.release",
    "export": "resgraph.commands.export",
    "import": "resgraph.commands.import_",
    "mcp": "resgraph.commands.mcp",
}


class Commands(click.Group):
    """A group whose commands are imported only when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example:  resgraph serve --port 8080",
)
@click.version_option(package_name="resgraph")
def group() -> None:
    """What builds children's resilience in schools, for whom, on what evidence."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and end with its exit code; what went wrong is said in plain words."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    >>> run(["serve", "--port", "many"])
    2
    """
    try:
        code = group.main(args=arguments, prog_name="resgraph", standalone_mode=False)
    except ResgraphError as error:
        return _say(str(error), error.exit_code)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # Who read the answer has read enough. Nothing may be written when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("RESGRAPH_DEBUG"):
            raise
        return _say(f"{type(error).__name__}: {error}\n  RESGRAPH_DEBUG=1 shows where", 2)
    return code if isinstance(code, int) else 0


def _say(message: str, code: int) -> int:
    click.echo(f"resgraph: {message}", err=True)
    return code
