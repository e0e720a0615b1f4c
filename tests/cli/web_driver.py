"""A browser without a window, by W3C WebDriver (JSON over HTTP) to chromedriver. Nothing but Python's own library."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars"]


class Browser:
    def __init__(self, folder, dark=False, size=(1100, 1220)):
        self.profile = tempfile.mkdtemp(prefix="hc_browser_")
        self.driver = subprocess.Popen([shutil.which("chromedriver"), "--port=0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
        self.session = None
        try:
            self.address = "http://127.0.0.1:%d" % self._port()
            flags = FLAGS + ["--user-data-dir=" + self.profile, "--window-size=%d,%d" % size]
            flags += ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if dark else []
            options = {"args": flags, "prefs": {"download.default_directory": os.path.abspath(folder)}}
            if shutil.which("chromium"):
                options["binary"] = shutil.which("chromium")
            wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            answer = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
            self.session = answer["sessionId"]
        except BaseException:
            self.close()
            raise

    def _port(self):
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                return int(line.rstrip().rstrip(".").split()[-1])
        raise RuntimeError("chromedriver does not start")

    def _ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from error

    def _command(self, method, path, body=None):
        return self._ask(method, "/session/%s%s" % (self.session, path), body)

    def open(self, address):
        self._command("POST", "/url", {"url": address})

    def run(self, script):
        """The value of a script's return."""
        return self._command("POST", "/execute/sync", {"script": script, "args": []})

    def wait(self, script, seconds=30):
        """Waits until a script returns something true, and gives that."""
        end = time.time() + seconds
        while time.time() < end:
            value = self.run(script)
            if value:
                return value
            time.sleep(0.1)
        raise RuntimeError("never true: " + script)

    def resize(self, width, height):
        self._command("POST", "/window/rect", {"width": width, "height": height})

    def complaints(self):
        """What the console has said since the last time."""
        return [entry["message"] for entry in self._command("POST", "/se/log", {"type": "browser"})]

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self._command("GET", "/screenshot")))

    def close(self):
        if self.session is not None:
            try:
                self._command("DELETE", "")
            except (OSError, RuntimeError):
                pass
        self.driver.terminate()
        self.driver.wait(20)
        self.driver.stdout.close()
        shutil.rmtree(self.profile, ignore_errors=True)
