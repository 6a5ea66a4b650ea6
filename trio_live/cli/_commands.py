"""The commands and their options. Each hands over to a module of its own, so that ``--help`` stays quick."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import click

from trio_live import __version__
from trio_live.cli._ending import run, told_in_a_line
from trio_live.cli._project_commands import PROJECT_COMMANDS

PORT = click.IntRange(0, 65535)
WAV = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
HELP = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=HELP)
@click.version_option(__version__, "-V", "--version")
@click.option("-v", "--verbose", is_flag=True, help="Show log lines.")
def cli(verbose: bool) -> None:  # noqa: FBT001  # click passes options by name
    """Live voice agents with the Gemini Live API, on Trio."""
    level = logging.DEBUG if verbose else logging.ERROR
    logging.basicConfig(level=level, format="%(levelname).1s %(name)s: %(message)s")


for each in PROJECT_COMMANDS:
    cli.add_command(each)


@cli.command(short_help="A spoken call, on this machine alone.")
@click.option("--fast", is_flag=True, help="Do not keep the pace of real time.")
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the sound, a picture, the transcript and the figures in this directory.",
)
def demo(fast: bool, save: Path | None) -> None:  # noqa: FBT001
    """A spoken call against the embedded emulator, on this machine alone.

    A caller's recorded voice is streamed to the front desk of a clinic. The call books an appointment with two
    function calls. Twice the caller speaks over the desk: once to interrupt it, and once only to say "uh-huh". It takes
    less than a minute.
    """
    from trio_live.cli._demo import run_demo

    run(lambda: run_demo(fast=fast, save=save))


@cli.group(invoke_without_command=True, short_help="Serve the Live API, with a persona as its model.")
@click.option("--port", type=PORT, default=8080, show_default=True, help="TCP port; 0 takes any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--persona",
    default="front_desk",
    show_default=True,
    help="Who answers: the name of a bundled persona, or a TOML file.",
)
@click.option("--model-profile", help="Play this family of models, whatever model the client asks for.")
@click.option("--dialect", type=click.Choice(["google-ai", "vertex"]), help="Play this platform, whatever the path.")
@click.option(
    "--fault",
    multiple=True,
    help="What is to go wrong: FAULT[@POINT][:NTH][+SECONDS][/CONNECTION], random:SEED or a TOML file.",
)
@click.option("--key", multiple=True, help="Accept only this key or token (may be given several times).")
@click.option("--strict/--lenient", default=True, show_default=True, help="Refuse unknown fields, as Google does.")
@click.option("--lifetime", type=float, help="Age at which a connection is closed, in seconds; goAway comes before.")
@click.option("--tls", is_flag=True, help="Serve wss with a throwaway certificate, and say how to trust it.")
@click.option(
    "--tls-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Serve wss, and keep in this directory the authority that clients trust.",
)
@click.option("--print-env", is_flag=True, help="Print what a shell exports for clients to come here, and end.")
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write everything that happens, every message included, to this file: one JSON object a line.",
)
@click.option("--expose", is_flag=True, help="Allow an address that others can reach; needs --key.")
@click.option("--time-scale", default=1.0, show_default=True, help="How many seconds of talk pass in one second.")
@click.option(
    "--hearing",
    default="turns",
    show_default=True,
    help="Who makes out what is said by voice: whisper or pocketsphinx (extra emulator-speech), auto for the first that "
    "is installed, or turns: nobody, it goes by the persona's list.",
)
@click.option(
    "--speaking",
    default="babble",
    show_default=True,
    help="Who speaks lines without a recording: hibari (extra emulator-speech), auto if it is installed, or babble.",
)
@click.option("--quiet", is_flag=True, help="Print the address and nothing else.")
@click.pass_context
def emulator(context: click.Context, /, **options: Any) -> None:
    """Serve the Live API on this machine, with a persona instead of a model.

    The first line printed is the address, to be used as base URL by any client of the Live API. With the extra
    emulator-speech it makes out what is said by voice (--hearing auto), and speaks so that it is understood (--speaking auto).
    """
    if context.invoked_subcommand is not None:
        return
    from trio_live.cli._emulator import EmulatorCommand, run_emulator

    run(lambda: run_emulator(EmulatorCommand(**options)))


@emulator.command(short_help="Look for mistakes in a persona.")
@click.argument("persona")
@click.option(
    "--against",
    metavar="AGENT",
    help="Also say what PERSONA expects of this agent and will not find: functions, words.",
)
def check(persona: str, against: str | None) -> None:
    """Look for mistakes in a PERSONA: the name of a bundled one, or a TOML file. Each is told with its line.

    AGENT is given as module:attribute, or as a JSON file with a contract (`trio-live contract`). Status 1 tells that
    something is wrong.
    """
    from trio_live.cli._emulator import check_one

    with told_in_a_line():
        check_one(persona, against)


@cli.command(short_help="Talk, typed or spoken: a key decides with whom.")
@click.argument("builder", required=False)
@click.option("--model", help="Which model; otherwise the agent's own, or the platform's default.")
@click.option("--instruction", help="The system instruction, in the place of the agent's own.")
@click.option("--emulator", "force_emulator", is_flag=True, help="Talk to the emulator even when there is a key.")
@click.option("--persona", help="Who answers in the emulator: the name of a bundled persona, or a TOML file.")
@click.option(
    "--voice", is_flag=True, help="Speak instead: through this machine's microphone and speakers (extra audio)."
)
@click.option("--said", type=WAV, help="Speak by this WAV file, and end when it has been answered.")
@click.option(
    "--played", type=WAV, help="Write what is answered into this WAV file instead of playing it; with --said."
)
@click.option("--input-device", help="Which microphone: a number or a part of its name, as `devices` lists them.")
@click.option("--output-device", help="Which speakers, likewise.")
@click.option("--time-scale", default=1.0, hidden=True)
def chat(
    builder: str | None,
    persona: str | None,
    force_emulator: bool,  # noqa: FBT001
    voice: bool,  # noqa: FBT001
    **chosen: Any,
) -> None:
    """A conversation: with the real API when a key is in the environment, otherwise with the emulator.

    BUILDER is your agent, given as module:attribute, with its tools and phases; without it, an agent that only talks.
    The conversation is typed, or spoken with --voice; wear a headset then, for nothing takes the echo of the speakers
    away. After the last of lines that are piped in, tools in the background are waited for, and what is said of their
    results: 30 seconds at most.
    """
    from trio_live.cli._talking import Chat

    words = {name: chosen.pop(name) for name in ("model", "instruction")}
    asked = Chat(builder=builder, persona=persona, force_emulator=force_emulator, **words)
    if not voice and chosen["said"] is None:
        from trio_live.cli._chat import run_chat

        run(lambda: run_chat(asked))
        return
    from trio_live.cli._voice_chat import SoundOf, run_voice_chat

    run(lambda: run_voice_chat(asked, SoundOf(**chosen)))


@cli.command(short_help="Talk to an agent in the browser.")
@click.argument("builder", required=False)
@click.option("--port", type=PORT, default=8020, show_default=True, help="TCP port; 0 takes any free one.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; others need --token, --origin."
)
@click.option("--token", envvar="TRIO_LIVE_TOKEN", help="What the page must know; also from TRIO_LIVE_TOKEN.")
@click.option("--origin", multiple=True, help="A page that may ask from elsewhere, such as https://example.org.")
@click.option("--open/--no-open", "open_browser", default=True, show_default=True, help="Open the browser.")
@click.option("--emulator", "force_emulator", is_flag=True, help="Talk to the emulator even when there is a key.")
@click.option("--persona", help="Who answers in the emulator: the name of a bundled persona, or a TOML file.")
@click.option("--timeline", is_flag=True, help="Serve the timeline of the calls as well; its address is printed next.")
def talk(builder: str | None, **options: Any) -> None:
    """Talk to an agent in the browser: BUILDER, given as module:attribute, or the demo's front desk.

    It is connected to the real API when a key is in the environment, otherwise to the emulator. The first line printed is
    the page's address.
    """
    with told_in_a_line():
        from trio_live.cli._talk import TalkCommand, run_talk

    run(lambda: run_talk(TalkCommand(builder=builder, **options)))


@cli.command(short_help="Play a recording through a session.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--against", help="Replay with this builder, given as module:attribute, instead of the recorded setup.")
@click.option(
    "--save-test",
    "test",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a test for pytest that replays FILE and expects the same; not of a replay that differs.",
)
def replay(file: Path, against: str | None, test: Path | None) -> None:
    """Play the recording in FILE through a session, without a server and in no time, and print what was said.

    What the program asked of its session is asked again; what the session sends is compared with what was recorded: setup
    and answers to calls, and with --against all that is said to the model. Status 1 tells that something differs.
    """
    from trio_live.cli._recordings import replay_file

    with told_in_a_line():
        replay_file(file, against, test)


@cli.command(short_help="Let an agent answer the telephone.")
@click.argument("dialect", type=click.Choice(["twilio", "telnyx", "plivo", "audiosocket", "asterisk"]))
@click.argument("builder", required=False)
@click.option("--port", type=PORT, default=8080, show_default=True, help="TCP port; 0 takes any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--secret",
    envvar="TRIO_LIVE_PHONE_SECRET",
    help="Admits calls: Twilio's auth token, Telnyx' stream_auth_token, the path of Plivo's URL, the password of the user "
    "asterisk. Better in the environment, as TRIO_LIVE_PHONE_SECRET.",
)
@click.option("--url", default="", help="What Twilio signs: the URL that stands in the TwiML.")
@click.option("--grace", default=30.0, show_default=True, help="Seconds for the calls that are left, after SIGTERM.")
@click.option("--emulator", "force_emulator", is_flag=True, help="Use the emulator even where there is a key.")
@click.option("--persona", help="Who answers in the emulator: the name of a bundled persona, or a TOML file.")
def phone(dialect: str, builder: str | None, **options: Any) -> None:
    """Answer calls of DIALECT: twilio, telnyx, plivo, audiosocket or asterisk (its chan_websocket).

    BUILDER is your agent, given as module:attribute; without it, the demo's front desk answers. The first line printed is the
    address that calls come to.
    """
    with told_in_a_line():
        from trio_live.cli._phone import PhoneCommand, run_phone

    run(lambda: run_phone(PhoneCommand(dialect=dialect, builder=builder, **options)))


@cli.command(short_help="Hold a talk with a simulated caller, and judge it.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--online", "is_online", is_flag=True, help="With the environment's model, not with the emulator.")
@click.option("--model", help="The text model that judges, or plays the caller, where FILE asks for one.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the report as Markdown.")
def evaluate(file: Path, is_online: bool, model: str | None, as_markdown: bool) -> None:  # noqa: FBT001
    """Hold the talk that FILE describes, and print what came of it; status 1 tells that something is not as expected."""
    from trio_live.cli._evaluate import run_evaluation

    run(lambda: run_evaluation(file, is_online=is_online, model=model, as_markdown=as_markdown))


@cli.command(short_help="Print what happened in a recording.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with the timeline instead.")
@click.option(
    "--against", help="With --html: replay with this builder (module:attribute) to know phases and the State."
)
@click.option("--notes", type=EXISTING, help="With --html: what `record_notes` kept of the same call.")
@click.option("--journal", type=EXISTING, help="With --html: what a journal sink kept of the State.")
@click.option("--redact", is_flag=True, help="With --html: hide numbers of five digits and more, and handles.")
def inspect(file: Path, html: Path | None, **beside: Any) -> None:
    """Print what happened in the recording in FILE: turns, calls, times and ends.

    With --html a page is written instead, in one file: the call on a time axis, with what went over the wire and, if
    it is known, what was decided and why.
    """
    from trio_live.cli._recordings import TimelineCommand, draw_timeline, inspect_file

    if html is None and any(beside.values()):
        raise click.UsageError("--against, --notes, --journal and --redact are for a page: say where, with --html")
    with told_in_a_line():
        if html is None:
            inspect_file(file)
        else:
            draw_timeline(file, TimelineCommand(html=html, **beside))


@cli.command(short_help="Copy a recording without what is private.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("output", required=False, type=click.Path(dir_okay=False, path_type=Path))
def redact(file: Path, output: Path | None) -> None:
    """Write a copy of the recording in FILE without voices, pictures, long numbers and handles.

    OUTPUT is FILE with .redacted in its name, unless it is given. The copy still replays.
    """
    from trio_live.cli._recordings import redact_file

    with told_in_a_line():
        redact_file(file, output)


@cli.command(short_help="Hold many sessions over links that are cut.")
@click.option("--minutes", default=10.0, show_default=True, help="How long.")
@click.option("--sessions", default=20, show_default=True, help="How many at a time.")
@click.option(
    "--cut-every", default=15.0, show_default=True, help="Seconds after which a connection is cut, on average."
)
@click.option("--seed", default=1, show_default=True, help="Of the cuts.")
def soak(**options: Any) -> None:
    """Hold many sessions over real sockets with an emulator that cuts them, and print what became of what was said.

    Status 1 tells that a question was lost or doubled, that a session ended before its time, that memory grew, or that
    tasks were left.
    """
    from trio_live.cli._soak import SoakCommand, run_soak

    run(lambda: run_soak(SoakCommand(**options)))
