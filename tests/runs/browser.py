"""A headless browser that can resolve no host, driven over a pipe (Chrome DevTools Protocol, no package needed)."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import time

PROGRAM = next((name for name in ("chromium", "chromium-browser", "google-chrome") if shutil.which(name)), None)
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)


class Browser:
    """One process; every page has a tab of its own."""

    def __init__(self, profile, program=PROGRAM):
        (theirs, self._out), (self._in, ours) = (_high_pipe(), _high_pipe())

        def wire():
            os.dup2(theirs, 3)
            os.dup2(ours, 4)

        self._process = subprocess.Popen(
            [program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=wire,  # noqa: PLW1509 - no other way gives the browser these two numbers
            pass_fds=(3, 4),
        )
        os.close(theirs)
        os.close(ours)
        self._number, self._rest, self.events = 0, b"", []

    def call(self, method, session=None, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        message |= {"sessionId": session} if session else {}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    def _read(self):
        while b"\0" not in self._rest:
            more = os.read(self._in, 1 << 20)
            assert more, "the browser ended"
            self._rest += more
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def open(self, file, mark="", size=(1400, 900)):
        return Page(self, f"{file.as_uri()}{mark}", size)

    def close(self):
        self.call("Browser.close")
        self._process.wait(timeout=30)
        os.close(self._out)
        os.close(self._in)


class Page:
    """One tab: what is run, clicked and typed in it, what it said on its console and what it asked for."""

    def __init__(self, browser, url, size):
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._browser, self._target = browser, target
        self._session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Runtime", "Network", "Page", "Log"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False
        )
        self.url = url
        self.call("Page.navigate", url=url)
        self.wait("document.documentElement && document.documentElement.getAttribute('data-zoning') === 'ready'")

    def call(self, method, **parameters):
        return self._browser.call(method, self._session, **parameters)

    def run(self, expression):
        """Return the value of an expression; a promise is waited for."""
        done = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def wait(self, expression, seconds=30):
        until = time.monotonic() + seconds
        while not self.run(expression):
            assert time.monotonic() < until, (expression, self.said())
            time.sleep(0.02)

    def text(self, selector):
        return self.run(f"document.querySelector({json.dumps(selector)}).innerText")

    def click(self, selector):
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def press(self, place, count=1):
        """Press the mouse at a place of the window."""
        about = {"x": place[0], "y": place[1], "button": "left", "clickCount": count}
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=place[0], y=place[1])
        self.call("Input.dispatchMouseEvent", type="mousePressed", **about)
        self.call("Input.dispatchMouseEvent", type="mouseReleased", **about)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def key(self, name):
        code = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38}[name]
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code)

    def picture(self, file):
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def paper(self, file):
        made = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        file.write_bytes(base64.b64decode(made["data"]))

    def said(self):
        """Return what the page wrote on its console, errors and all."""
        return [event for event in self._events() if event["method"] in _SPOKEN]

    def asked(self):
        """Return the addresses the page asked for, without itself and what it carries inside."""
        sent = [event["params"]["request"]["url"] for event in self._events("Network.requestWillBeSent")]
        return [
            url
            for url in sent
            if not url.startswith(("data:", "blob:")) and url.split("#")[0] != self.url.split("#")[0]
        ]

    def _events(self, method=None):
        self.run("0")  # whatever is under way arrives before the answer
        own = [event for event in self._browser.events if event.get("sessionId") == self._session]
        return [event for event in own if method in (None, event["method"])]

    def close(self):
        self._browser.call("Target.closeTarget", targetId=self._target)


_SPOKEN = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")


def _high_pipe():
    """Return a pipe away from 3 and 4, where the browser expects its own ends."""
    pair = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in pair)
    for end in pair:
        os.close(end)
    return high
