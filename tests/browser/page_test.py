#!/usr/bin/python3
"""Opens a report.html in headless Chromium, uses it, and compares what it shows with the report.json beside it.

Usage: page_test.py FOLDER [--screenshots FOLDER]
FOLDER holds report.html and report.json. Exit code 77: Chromium or python3-websocket is not installed.
"""
import argparse
import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

try:
    import websocket
except ImportError:
    print("python3-websocket is not installed")
    sys.exit(77)


class Page:
    """A page under the DevTools protocol."""

    def __init__(self, url, profile):
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if program is None:
            print("chromium is not installed")
            sys.exit(77)
        # Nothing but the page itself may talk to the network: every name resolves to nowhere.
        self.browser = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--remote-debugging-port=0", "--remote-allow-origins=*", "--disable-background-networking",
             "--disable-component-update", "--no-first-run", f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        endpoint = ""
        for line in self.browser.stderr:
            if "DevTools listening on" in line:
                endpoint = line.split()[-1]
                break
        self.socket = websocket.create_connection(endpoint, timeout=120)
        self.count = 0
        self.session = None
        self.requests = []
        self.errors = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def close(self):
        self.browser.kill()
        self.browser.wait()

    def call(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.note(answer)

    def note(self, event):
        kind, what = event.get("method"), event.get("params", {})
        if kind == "Network.requestWillBeSent":
            self.requests.append(what["request"]["url"])
        elif kind == "Runtime.exceptionThrown":
            self.errors.append(str(what["exceptionDetails"].get("exception", {}).get("description")))
        elif kind == "Runtime.consoleAPICalled" and what["type"] in ("error", "warning", "assert"):
            self.errors.append(str(what["args"]))
        elif kind == "Log.entryAdded" and what["entry"]["level"] in ("error", "warning"):
            self.errors.append(what["entry"]["text"])

    def run(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, condition, seconds=120):
        end = time.monotonic() + seconds
        while not self.run(condition):
            if time.monotonic() > end:
                raise RuntimeError(f"not within {seconds} s: {condition}")
            time.sleep(0.05)

    def key(self, name):
        text = name if len(name) == 1 else ""
        self.call("Input.dispatchKeyEvent", type="keyDown", key=name, text=text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=name)

    def click(self, selector):
        """With the mouse, where the element is."""
        self.run(f"document.querySelector({selector!r}).scrollIntoView({{block: 'center', behavior: 'instant'}})")
        x, y = self.run(f"(() => {{const r = document.querySelector({selector!r}).getBoundingClientRect();"
                        " return [r.x + r.width / 2, r.y + r.height / 2]})()")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def size(self, width, height, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def screenshot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))


failures = []


def check(condition, words):
    if not condition:
        failures.append(words)
        print("FAILED:", words)


def figure(result, path):
    for name in path.split("."):
        result = result.get(name) if isinstance(result, dict) else None
    return result


def check_table(page, report):
    ok = [r for r in report["results"] if r["status"] == "ok"]
    titles = page.run("[...document.querySelectorAll('#table thead button')].map(b => b.firstChild.textContent)")
    columns = {"mean tPSNR": ("quality.tpsnr.seed.mean", 2), "tail tPSNR": ("quality.tpsnr.seed.tail_mean", 2),
               "speed-up": ("timing.speedup_vs_base", 2), "FPS": ("timing.fps", 1),
               "jitter NMF": ("truth.nmf", 1), "TD-PSNR": ("truth.td_psnr", 2)}
    cells = page.run("[...document.querySelectorAll('#table tbody tr.ok')].map(r => [r.dataset.name, "
                     "...[...r.cells].slice(1).map(c => c.textContent)])")
    shown = {row[0]: row[1:] for row in cells}
    compared = 0
    for result in ok:
        for title, (path, digits) in columns.items():
            value = figure(result, path)
            text = shown[f"{result['fixture']} {result['pipeline']}"][titles.index(title) - 1]
            if value is not None:
                compared += 1
                check(abs(float(text) - value) <= 0.5000001 * 10 ** -digits,
                      f"{result['fixture']} {result['pipeline']} {title}: shows {text}, is {value}")
            else:
                check(text == "-", f"{result['fixture']} {title}: shows {text}, was not measured")
    check(compared >= 3 * len(ok), f"only {compared} figures compared")

    column = titles.index("mean tPSNR") + 1
    values = [figure(r, "quality.tpsnr.seed.mean") for r in ok]
    for descending in (False, True):
        page.click(f"#table thead th:nth-child({column}) button")
        order = page.run(f"[...document.querySelectorAll('#table tbody tr.ok')].map(r => "
                         f"Number(r.cells[{column - 1}].dataset.sort))")
        wanted = sorted((v for v in values if v is not None), reverse=descending)
        check(order == wanted, f"sorted by tPSNR, descending {descending}: {order}")
        state = page.run(f"document.querySelector('#table thead th:nth-child({column})').ariaSort")
        check(state == ("descending" if descending else "ascending"), f"aria-sort is {state}")
    fixture = ok[0]["fixture"]
    page.run("document.getElementById('filter').focus()")
    page.call("Input.insertText", text=fixture + " base")
    visible = page.run("[...document.querySelectorAll('#table tbody tr')].filter(r => !r.hidden).map(r => r.dataset.name)")
    check(visible and all(fixture in n and "base" in n for n in visible), f"filtered: {visible}")
    page.run("(() => {const f = document.getElementById('filter'); f.value = ''; f.dispatchEvent(new Event('input'))})()")


def check_charts(page, report):
    chart = ".chart[data-fixture='0'][data-kind='tpsnr']"
    page.run(f"document.querySelector({chart!r}).scrollIntoView({{block: 'center', behavior: 'instant'}})")
    page.wait(f"!!document.querySelector({chart!r}).graph")
    graph = f"document.querySelector({chart!r}).graph"
    whole = page.run(f"{graph}.xAxisRange()")
    page.run(f"document.querySelector({chart!r}).focus()")
    for _ in range(5):
        page.key("ArrowRight")
    text = page.run("document.getElementById('legend-tpsnr-0').textContent")
    check("frame 5" in text, f"the cursor's legend says: {text}")
    fixture = report["results"][0]["fixture"]
    for result in report["results"]:
        if result["fixture"] == fixture and result["status"] == "ok":
            value = result["quality"]["tpsnr"]["stride2"]["series"][3]
            # The page has three decimals, which may round to another second one.
            check(any(f"{value + nudge:.2f}" in text for nudge in (-0.0005, 0, 0.0005)), f"frame 5 of {result['pipeline']} is {value:.2f}, the legend says: {text}")
    page.key("+")
    zoomed = page.run(f"{graph}.xAxisRange()")
    check(zoomed[1] - zoomed[0] < 0.8 * (whole[1] - whole[0]), f"zoomed from {whole} to {zoomed}")
    other = "document.querySelector(\".chart[data-fixture='0'][data-kind='delta']\")"
    if page.run(f"!!{other}"):
        page.run(f"{other}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        page.wait(f"!!{other}.graph")
        check(page.run(f"{other}.graph.xAxisRange()") == zoomed, "the delta's chart shows the same frames")
    times = "document.querySelector(\".chart[data-fixture='0'][data-kind='times']\")"
    if page.run(f"!!{times}"):
        page.run(f"{times}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        page.wait(f"!!{times}.graph")
        drawn = page.run("JSON.parse(document.getElementById('data').textContent).fixtures[0].pipelines.map(p => p.levels)")
        stored = [[r["timing"]["frame_ms"][p] for p in ("p95", "p99")] for r in report["results"] if r["fixture"] == fixture]
        check(all(abs(a - b) < 1e-3 for d, s in zip(drawn, stored, strict=True) for a, b in zip(d, s, strict=True)),
              f"p95 and p99 of the times are {stored}, the chart has {drawn}")
    # With the mouse: a drag over the chart's middle zooms it further.
    page.run(f"document.querySelector({chart!r}).scrollIntoView({{block: 'center', behavior: 'instant'}})")
    x, y, width, height = page.run(f"(() => {{const r = document.querySelector({chart!r}).getBoundingClientRect();"
                                   " return [r.x, r.y, r.width, r.height]})()")
    middle = y + height / 2
    page.call("Input.dispatchMouseEvent", type="mousePressed", x=x + width * 0.4, y=middle, button="left", clickCount=1)
    for part in (0.5, 0.6, 0.7):
        page.call("Input.dispatchMouseEvent", type="mouseMoved", x=x + width * part, y=middle, button="left", buttons=1)
    page.call("Input.dispatchMouseEvent", type="mouseReleased", x=x + width * 0.7, y=middle, button="left", clickCount=1)
    dragged = page.run(f"{graph}.xAxisRange()")
    check(dragged[1] - dragged[0] < 0.8 * (zoomed[1] - zoomed[0]), f"a drag zoomed from {zoomed} to {dragged}")
    page.run(f"document.querySelector({chart!r}).focus()")
    page.key("Escape")
    check(page.run(f"{graph}.xAxisRange()") == whole, "Escape shows everything")

    pose = "document.querySelector(\".chart[data-fixture='0'][data-kind='pose']\")"
    if page.run(f"!!{pose}"):
        page.run(f"{pose}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        page.wait(f"!!{pose}.graph")
        minus = "document.querySelector(\".pose-minus[data-fixture='0']\")"
        if page.run(f"!!{minus}"):
            page.run(f"{minus}.click()")
            trajectory = next(r for r in report["results"] if r.get("trajectories"))["trajectories"][0]
            wanted = [o - t if o is not None and t is not None else None
                      for o, t in zip(trajectory["observed"], trajectory["truth"])]
            got = page.run(f"[...Array({pose}.graph.numRows()).keys()].map(i => {pose}.graph.getValue(i, 1))")
            check(all((a is None) == (b is None) and (a is None or abs(a - b) < 2e-3) for a, b in zip(got, wanted)),
                  "the observation minus the truth is what the report has")
            page.run(f"{minus}.click()")


def check_pairs(page, report):
    pairs = [(r, p) for r in report["results"] for p in r.get("worst_pairs", []) if len(p["pictures"]) > 4]
    films = page.run("document.querySelectorAll('.film').length")
    check(films == len(pairs), f"{films} films of {len(pairs)} worst pairs")
    if not pairs:
        check(False, "the report has no worst pair to open")
        return
    page.run("document.querySelector('.film').scrollIntoView({block: 'center', behavior: 'instant'})")
    page.wait("[...document.querySelector('.film').querySelectorAll('img')].every(i => i.complete && i.naturalWidth > 0)")
    order = page.run("[...document.querySelectorAll('.film')].map(f => Number(f.dataset.frame))")
    check(sorted(order) == sorted(p["frame"] for _, p in pairs), f"films of frames {order}")
    caption = page.run("document.querySelector('.film').closest('figure').querySelector('figcaption').textContent")
    first = min((p for r, p in pairs if str(p["frame"]) in caption and r["pipeline"] in caption), default=None,
                key=lambda p: abs(p["value"]))
    check(first is not None and f"{first['value']:.2f}" in caption, f"the first film's caption: {caption}")
    before = page.run("document.querySelector('.film img').src")
    page.run("document.querySelector('.film input').focus()")
    page.key("ArrowRight")
    shown = page.run("Number(document.querySelector('.film output').textContent)")
    last = page.run("Number(document.querySelector('.film input').max)")
    check(shown in (order[0] + 1, last), f"one step right of frame {order[0]} is frame {shown}")
    page.key("ArrowLeft")
    page.key("ArrowLeft")
    check(page.run("document.querySelector('.film img').src") != before, "the slider changes the pictures")
    page.run("(() => {const s = document.querySelector('.film input'); s.value = document.querySelector('.film').dataset.frame;"
             " s.dispatchEvent(new Event('input'))})()")
    check(page.run("document.querySelector('.film img').src") == before, "the slider comes back")


def check_print(page):
    """Paper is light whatever the screen is, and has no controls."""
    page.run("document.getElementById('theme').click(), document.getElementById('theme').click()")
    paper = "getComputedStyle(document.documentElement).getPropertyValue('--card').trim()"
    check(page.run(paper) != "#ffffff", "the second click on the theme is dark")
    page.call("Emulation.setEmulatedMedia", media="print")
    check(page.run(paper) == "#ffffff", f"paper is {page.run(paper)}")
    shown = page.run("[...document.querySelectorAll('.bar, .tools, .scrub')].filter(e => e.offsetParent !== null).length")
    check(shown == 0, f"{shown} controls are on paper")
    page.call("Emulation.setEmulatedMedia", media="")
    page.run("document.getElementById('theme').click()")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--screenshots", type=pathlib.Path)
    chosen = arguments.parse_args()
    report = json.loads((chosen.folder / "report.json").read_text())
    url = (chosen.folder / "report.html").resolve().as_uri()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        page = Page(url, profile)
        try:
            page.size(1440, 900)
            check(page.run("document.querySelector('h1').textContent.length") > 10, "the verdict comes first")
            check_table(page, report)
            check_charts(page, report)
            check_pairs(page, report)
            check_print(page)
            for width in (1440, 768, 390):
                page.size(width, 900)
                over = page.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                check(over <= 0, f"at {width} pixels the page is {over} pixels too wide")
            foreign = [u for u in page.requests if not u.startswith(("data:", "file://"))]
            files = [u for u in page.requests if u.startswith("file://")]
            check(not foreign and files == [url], f"requests: {foreign + files}")
            check(not page.errors, f"console: {page.errors}")
            if chosen.screenshots:
                take_screenshots(page, chosen.screenshots)
        finally:
            page.close()
    print(f"{len(failures)} failures; {(chosen.folder / 'report.html').stat().st_size} bytes")
    sys.exit(1 if failures else 0)


def take_screenshots(page, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in ((1440, 900), (768, 1024), (390, 844)):
        for place, selector in (("top", "body"), ("fixture", "article.fixture"), ("pair", "figure.pair")):
            page.size(width, height, dark=width == 768)
            page.run(f"document.querySelector({selector!r}).scrollIntoView({{block: 'start', behavior: 'instant'}})")
            page.run("window.scrollBy(0, -60)")
            time.sleep(1)
            page.screenshot(folder / f"report-{width}-{place}.png")


if __name__ == "__main__":
    main()
