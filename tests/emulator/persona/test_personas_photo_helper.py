from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trio.testing import MockClock

from tests.emulator.callers import AUDIO, Caller, calling, spoken, tools
from tests.emulator.persona_calls import talking
from trio_live.emulator import Emulation, bundled_persona
from trio_live.wire import Blob, ClientContent, Content, ContextUpdate, Part, ToolList

HELPER = bundled_persona("photo_helper")
JPEG = b"\xff\xd8" + bytes(98)


async def test_a_picture_is_noticed_tagged_and_described(autojump_clock: MockClock) -> None:
    tagged: list[dict[str, Any]] = []

    async def tag_photo(args: Mapping[str, Any]) -> Any:
        tagged.append(dict(args))
        return {"tag": "sunset"}

    async with talking(HELPER, functions={"tag_photo": tag_photo}) as talk:
        assert await talk.ask("What do you see?") == "I see nothing yet. Show me a picture."
        await talk.session.send_video(JPEG)
        assert await talk.answer() == "Oh, a picture! Shall I tag it?"
        assert await talk.ask("Yes!") == "Picture 1 is tagged as sunset, in the album holidays."
        assert tagged == [{"number": 1, "kind": "image/jpeg", "album": "holidays"}]
        await talk.session.send_video(JPEG)
        await talk.session.send_video(JPEG + b"!")
        assert await talk.silent_for(5)
        assert await talk.ask("And now?  What do you see?") == (
            "I see picture number 3, of the kind image/jpeg and 101 bytes long."
        )


async def show(caller: Caller, *parts: Part, turn_complete: bool | None = None) -> None:
    content = ClientContent(turns=[Content(role="user", parts=list(parts))], turn_complete=turn_complete)
    await caller.send(client_content=content)


async def test_pictures_come_in_turns_too_and_with_the_question(autojump_clock: MockClock) -> None:
    async with calling(Emulation(HELPER)) as caller:
        await caller.setup(generation_config=AUDIO)
        picture = Part(inline_data=Blob(mime_type="image/png", data=JPEG))
        await show(caller, picture, Part(text="What do you see?"), turn_complete=True)
        assert "picture number 1, of the kind image/png" in spoken(await caller.turn())


async def test_context_is_remembered_and_asks_for_no_answer(autojump_clock: MockClock) -> None:
    async with calling(Emulation(HELPER)) as caller:
        await caller.setup(tools=tools("tag_photo"))
        await caller.say("These go into the album named Norway.", turn_complete=False)
        assert await caller.silent_for(5)
        await caller.realtime(video=Blob(mime_type="image/jpeg", data=JPEG))
        await caller.say("Tag it")
        (call,) = await caller.called()
        assert call.args == {"number": 1, "kind": "image/jpeg", "album": "Norway"}


async def test_a_new_instruction_and_new_functions_are_followed(autojump_clock: MockClock) -> None:
    async with calling(Emulation(HELPER)) as caller:
        await caller.setup(system_instruction=Content.of("Be nice."))
        assert await caller.ask("Who are you?") == "I was told: Be nice."
        await caller.send(context_update=ContextUpdate(system_instruction=Content.of("Be formal.")))
        assert spoken(await caller.turn()) == "Very well. I shall be formal from now on."
        assert await caller.ask("Hm") == "Show me a picture, or ask me what I see, if I may say so."
        await caller.send(context_update=ContextUpdate(tools=ToolList(tools=tools("crop", "rotate"))))
        await caller.say("It is in the album Oslo", turn_complete=False)
        said = await caller.ask("Tag it")
        assert said == "I have nothing to tag it with. My functions are: crop and rotate."
