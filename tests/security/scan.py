"""`make scan`: independent scanners against a demo school of its own; prints what they found. Not part of `make test`.

wapiti crawls as the administrator, a teacher and a parent and attacks what it finds; sqlmap tries addresses with queries.
"""

import json
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from tests.conftest import Server

TOOLS = Path(__file__).resolve().parents[2] / ".venv-scan" / "bin"
MODULES = "crlf,exec,file,permanentxss,redirect,sql,upload,xss"
"""Not `csrf`: wapiti replays a token under the cookies of another answer, so both its requests are refused."""
MINUTES, SECONDS = 2, 15
"""For the crawl, and for each kind of attack; as each person."""
LOGINS = ("admin", "teacher", "parent")
QUERIES = (
    "/admin/student/?q=a&sort=-last_name&page=2",
    "/admin/mark/?f_value=5",
    "/classbook/?q=a",
    "/timetable/?view=class&id=8&week=2026-11-23",
    "/reports/quality?since=2026-09-01&until=2026-11-23",
    "/reports/class-summary?school_class_id=8&period_id=1",
    "/control/findings?severity=gap&school_class_id=8",
    "/class/8/absences?month=2026-11-01",
    "/class/8/progress?period=1",
    "/class/8/subgroups?subject=1&day=2026-11-23",
    "/messages/?q=a&box=inbox&page=1",
    "/messages/new?class=8&to=parents:169",
    "/accounts/?group=8&never=1",
)


def cookie(url: str, login: str) -> str:
    """The cookies of a signed-in person."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"{url}/login").read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    typed = urllib.parse.urlencode({"csrf_token": token[1], "username": login, "password": "demo"}).encode()
    opener.open(f"{url}/login", typed)
    return "; ".join(f"{one.name}={one.value}" for one in jar)


def wapiti(url: str, login: str, folder: Path) -> list[str]:
    """What wapiti reports, by kind."""
    report = folder / f"{login}.json"
    command = [
        str(TOOLS / "wapiti"), "-u", f"{url}/", "-H", f"Cookie: {cookie(url, login)}", "-m", MODULES, "--flush-session",
        "--store-session", str(folder / login), "-x", f"{url}/logout", "-x", f"{url}/account/sessions/end",
        "--max-scan-time", str(MINUTES * 60), "--max-attack-time", str(SECONDS), "-d", "4", "--max-links-per-page", "40",
        "-f", "json", "-o", str(report), "--no-bugreport", "-v", "0",
    ]  # fmt: skip
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    told = json.loads(report.read_text(encoding="utf-8"))
    found = {**told["vulnerabilities"], **told["anomalies"]}
    return [f"{kind}: {one['method']} {one['path']} {one['info']}" for kind, every in found.items() for one in every]


def sqlmap(url: str, folder: Path) -> list[str]:
    """Addresses of which sqlmap says that a parameter can be injected."""
    addresses = folder / "addresses"
    addresses.write_text("\n".join(f"{url}{query}" for query in QUERIES), encoding="utf-8")
    command = [
        str(TOOLS / "sqlmap"), "-m", str(addresses), "--batch", "--cookie", cookie(url, "admin"), "--level", "1", "--risk",
        "1", "--technique", "BEU", "--threads", "2", "--flush-session", "--output-dir", str(folder / "sqlmap"),
        "--disable-coloring", "--skip-urlencode", "--drop-set-cookie",
    ]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    tried = len(re.findall(r"testing URL", done.stdout))
    found = re.findall(r"^Parameter: .*$", done.stdout, re.MULTILINE)
    print(f"sqlmap: {tried} addresses of {len(QUERIES)} tried, {len(found)} parameters can be injected")
    return found


def main() -> int:
    """Serve a demo school, let the scanners loose, print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(folder, "demo", "--serve")
        server.wait()
        try:
            found = sqlmap(server.url, folder)
            for login in LOGINS:
                told = wapiti(server.url, login, folder)
                print(f"wapiti as {login}: {len(told)} findings")
                found += told
        finally:
            server.stop()
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
