"""Visitors of a server of Streamlit's own, who upload and leave."""

import asyncio
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from explorer.resources.server import housekeeping, shelves

KEPT = 0.1  # seconds that the server keeps who has left


class Visitor:
    """A browser's end of a session: tells the server to run, and waits until it has."""

    client_context = None

    def __init__(self, runtime: Runtime):
        self._runtime, self._finished, self._uploader = runtime, asyncio.Event(), ""
        self._id = runtime.connect_session(client=self, user_info={})

    def write_forward_msg(self, message: ForwardMsg) -> None:
        if message.delta.new_element.WhichOneof("type") == "file_uploader":
            self._uploader = message.delta.new_element.file_uploader.id
        if message.WhichOneof("type") == "script_finished":
            self._finished.set()

    async def run(self, *uploads: UploadedFileRec) -> None:
        message = BackMsg()
        message.rerun_script.query_string = ""
        if uploads:
            widget = message.rerun_script.widget_states.widgets.add(id=self._uploader)
            for file in uploads:
                widget.file_uploader_state_value.uploaded_file_info.add(
                    file_id=file.file_id, name=file.name, size=len(file.data)
                )
        self._finished.clear()
        self._runtime.handle_backmsg(self._id, message)
        await asyncio.wait_for(self._finished.wait(), 60)
        await asyncio.sleep(0.1)  # the server ends a run after it has said so

    async def upload(self, name: str) -> None:
        file = UploadedFileRec(name, f"{name}.png", "image/png", bytes(1000))
        self._runtime.uploaded_file_mgr.add_file(self._id, file)
        await self.run(file)

    async def leave(self) -> None:
        self._runtime.disconnect_session(self._id)
        await asyncio.sleep(2 * KEPT)


def held() -> tuple[int, int, int, int]:
    """How many uploads and shelves there are: with four visitors, and when they have left.

    A process can have one such server.
    """
    return asyncio.run(_held())


async def _held() -> tuple[int, int, int, int]:
    housekeeping.EVERY = KEPT
    uploads = MemoryUploadedFileManager("/upload")
    runtime = Runtime(
        RuntimeConfig(
            script_path=str(Path(__file__).with_name("uploading.py")),
            media_file_storage=MemoryMediaFileStorage("/media"),
            uploaded_file_manager=uploads,
            session_storage=MemorySessionStorage(ttl_seconds=KEPT),
        )
    )
    await runtime.start()
    visitors = [Visitor(runtime) for _ in range(4)]
    for number, visitor in enumerate(visitors):
        await visitor.run()
        await visitor.upload(f"photograph_{number}")
    there = len(uploads.file_storage), len(shelves.everybodys())
    for visitor in visitors:
        await visitor.leave()
    for _ in range(100):
        if not uploads.file_storage and not shelves.everybodys():
            break
        await asyncio.sleep(KEPT)
    runtime.stop()
    await runtime.stopped
    return *there, len(uploads.file_storage), len(shelves.everybodys())
