"""The page of `hindcast watch --web` in a browser: charts have data, the values are those of the end, the console is
silent, what a stranger sends is text, and the saved report opens alone."""

import glob
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from web_driver import Browser  # noqa: E402

WATCH = os.environ["HC_WATCH"]
POINTS = "const c = Chart.getChart('%s-chart'); return c === undefined ? 0 : c.data.datasets[0].data.length;"
TEXT = "return document.getElementById('%s').textContent;"


class Watch:
    """The program, and the page that it serves."""

    def __init__(self, words):
        self.process = subprocess.Popen([WATCH, "r.h5?" + words, "--web", "127.0.0.1:0", "--gpu-hour", "2", "--quiet"],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        assert line.startswith("The page: http://127.0.0.1:"), line
        self.page = line.split()[-1]

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stderr.close()


def check(claim, *found):
    assert claim, found


def check_silent(browser):
    complaints = browser.complaints()
    check(complaints == [], complaints)


def check_values(browser, truth):
    """Shown is what --json says of the same stream."""
    def shown(name):
        return browser.run(TEXT % name)
    check(shown("name") == truth["name"], shown("name"))
    check(shown("waiting") == "0" and shown("running") == "0")
    check(shown("utilization-so-far") == "%.1f %% so far" % (truth["gpus"]["utilization_so_far"] * 100))
    check(shown("gpu-hours") == f"{truth['gpu_hours']:,.1f}", shown("gpu-hours"))
    check(shown("cost") == f"${truth['gpu_hours'] * 2:,.0f}", shown("cost"))
    rows = browser.run("return [...document.querySelectorAll('tr')].map(r => [...r.children].map(c => c.textContent));")
    rows = dict(rows)
    check(rows["Submitted"] == f"{truth['jobs']['submitted']:,}", rows)
    check(rows["Ended"] == f"{truth['jobs']['ended']:,}", rows)
    check(rows["Rows"] == f"{truth['stream']['rows']:,}", rows)
    check(rows["Digest of the run"] == truth["digest"], rows)


def check_charts(browser):
    for name in ("utilization", "queue", "running"):
        check(browser.run(POINTS % name) > 50, name)
        words = browser.run(TEXT % (name + "-words"))
        check(len(words) > 20, words)


def save_report(browser, folder):
    browser.run("document.getElementById('save').click();")
    for _ in range(100):
        files = glob.glob(os.path.join(folder, "*.html"))
        if files:
            return files[0]
        time.sleep(0.1)
    raise AssertionError("no report was saved")


def check_report(browser, path, truth):
    """Without the program, from a file."""
    browser.open("file://" + os.path.abspath(path))
    browser.wait(POINTS % "queue")
    check(browser.run("return document.getElementById('save') === null;"))
    check_charts(browser)
    check_values(browser, truth)
    check_silent(browser)


def test_page(folder, pictures):
    """To the end of a stream, and the report of it."""
    truth = json.loads(subprocess.run([WATCH, "r.h5", "--json"], check=True, capture_output=True).stdout)
    watch = Watch("rows=128&pause=6")
    browser = Browser(folder)
    try:
        browser.open(watch.page)
        browser.wait("return document.getElementById('phase').textContent === 'live';")
        browser.wait(POINTS % "utilization")
        browser.wait("return document.getElementById('progress').value > 0.7;", 60)
        if pictures:
            browser.screenshot(os.path.join(pictures, "live.png"))
        browser.wait("return document.getElementById('phase').textContent === 'complete';", 60)
        check_charts(browser)
        check_values(browser, truth)
        check_silent(browser)
        check(browser.run("return performance.getEntriesByType('resource').every(e => e.name.startsWith(location.origin));"))
        if pictures:
            browser.screenshot(os.path.join(pictures, "page.png"))
            browser.resize(500, 1400)
            time.sleep(0.5)
            browser.screenshot(os.path.join(pictures, "narrow.png"))
            browser.resize(1100, 1220)
        path = save_report(browser, folder)
    finally:
        browser.close()
        watch.close()
    browser = Browser(folder, dark=True)
    try:
        check_report(browser, path, truth)
        if pictures:
            browser.screenshot(os.path.join(pictures, "dark.png"))
    finally:
        browser.close()


def test_stranger(folder):
    """Names that would be markup are text, also in the saved report."""
    watch = Watch("hostile")
    browser = Browser(folder)
    try:
        browser.open(watch.page)
        browser.wait("return document.getElementById('phase').textContent === 'complete';", 60)
        check("</script><img src=x onerror=alert(1)>" in browser.run(TEXT % "name"))
        check(browser.run("return document.images.length;") == 0)
        check_silent(browser)
        path = save_report(browser, folder)
        browser.open("file://" + os.path.abspath(path))
        browser.wait(POINTS % "queue")
        check(browser.run("return document.images.length;") == 0)
        check("</script><img" in browser.run(TEXT % "name"))
        check_silent(browser)
    finally:
        browser.close()
        watch.close()


def test_late(folder):
    """A page that is open before there is a publisher."""
    watch = Watch("late=1500")
    browser = Browser(folder)
    try:
        browser.open(watch.page)
        browser.wait("return document.getElementById('phase').textContent === 'waiting';")
        browser.wait("return document.getElementById('phase').textContent === 'complete';", 60)
        check_silent(browser)
    finally:
        browser.close()
        watch.close()


def main():
    pictures = sys.argv[1] if len(sys.argv) > 1 else None
    for number, test in enumerate((lambda f: test_page(f, pictures), test_stranger, test_late)):
        folder = "downloads%d" % number
        os.makedirs(folder, exist_ok=True)
        test(folder)


main()
