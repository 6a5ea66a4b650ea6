from __future__ import annotations

from trio_live.emulator import Call, Occasion, Persona, Reaction, Reply, Rule, Timed
from trio_live.emulator._persona._tree import reaction_places, replies

INNER = Reply(say=("inner",))
OUTER = Reply(calls=(Call(tool="f"),), then=INNER, on_late=Timed(after=1, reply=Reply(then=INNER)))


def test_every_reply_is_found_in_its_place() -> None:
    persona = Persona(
        name="x",
        greeting=INNER,
        rules=(Rule(name="a", reply=OUTER),),
        reactions=(Reaction(name="b", occasion=Occasion.IMAGE, reply=OUTER),),
    )
    assert [place for place, _ in replies(persona)] == [
        ("greeting",),
        ("default", 0),
        ("rule", 0),
        ("rule", 0, "then"),
        ("rule", 0, "on_late"),
        ("rule", 0, "on_late", "then"),
        ("on_image", 0),
        ("on_image", 0, "then"),
        ("on_image", 0, "on_late"),
        ("on_image", 0, "on_late", "then"),
    ]


def test_reactions_are_numbered_by_their_occasion() -> None:
    occasions = (Occasion.IMAGE, Occasion.SILENCE, Occasion.IMAGE)
    reactions = tuple(Reaction(name=str(number), occasion=each) for number, each in enumerate(occasions))
    assert reaction_places(Persona(name="x", reactions=reactions)) == [
        ("on_image", 0),
        ("on_silence", 0),
        ("on_image", 1),
    ]
