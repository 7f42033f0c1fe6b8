"""Chromium over its debugging pipe: pages opened as a person opens them, with every request they make."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

PATIENCE_S = 150


class Browser:
    """One headless tab; ``requests`` are all that it has sent since the last ``clear``, with their answers' status."""

    def __init__(self, profile: Path, width: int = 1440, height: int = 1000) -> None:
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        flags = (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--lang=ja",
            "--no-first-run",
        )
        quiet = (
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-pings",
        )
        fds = f'exec chromium "$@" 3<&{to_read} 4>&{to_write}'
        self._process = subprocess.Popen(
            ["bash", "-c", fds, "chromium", *flags, *quiet, "--remote-debugging-pipe", f"--user-data-dir={profile}"],
            pass_fds=(to_read, to_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.requests: dict[str, dict[str, Any]] = {}
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command and its answer; events that arrive meanwhile are kept."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return dict(answer.get("result", {}))

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            block = os.read(self._read, 1 << 20)
            if not block:
                raise RuntimeError("Chromium has gone")
            self._buffer += block
        message, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        self._keep(answer)
        return answer

    def _keep(self, event: dict[str, Any]) -> None:
        details = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            self.requests[details["requestId"]] = {"id": details["requestId"], **details["request"], "status": None}
        elif event.get("method") == "Network.responseReceived" and details["requestId"] in self.requests:
            self.requests[details["requestId"]]["status"] = details["response"]["status"]
        elif event.get("method") == "Network.loadingFailed" and details["requestId"] in self.requests:
            self.requests[details["requestId"]]["blocked"] = details.get("blockedReason")

    def clear(self) -> None:
        self.requests.clear()

    def run(self, script: str) -> Any:
        """The value of a script in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        return found["result"].get("value")

    def open(self, address: str) -> None:
        self.call("Page.navigate", url=address)

    def until(self, what: str, ready: Callable[[], bool]) -> None:
        """Wait until something is so; raises TimeoutError that says what."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if ready():
                return
            time.sleep(0.3)
        raise TimeoutError(f"not so after {PATIENCE_S} s: {what}")

    def body_of(self, request: dict[str, Any]) -> str:
        """What was posted."""
        if request.get("postData"):
            return str(request["postData"])
        return str(self.call("Network.getRequestPostData", requestId=request["id"])["postData"])

    def screenshot(self, file: Path) -> None:
        """The page as it stands, at the size of the window."""
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        self._session = None
        with suppress(OSError, RuntimeError):
            self.call("Browser.close")
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
