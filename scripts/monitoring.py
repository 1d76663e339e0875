"""Checks rules and dashboard of monitoring/ against each other, and against a running local network; scripts/monitoring.sh calls it."""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

TIMEOUT_S = 5
# Prometheus' first answers: a scrape a second, and what a rule needs to be evaluated once.
WARM_UP_S = 30
METRIC = re.compile(r"\b(?:substrate|ballast)_[a-z0-9_]+")
SUFFIX = re.compile(r"_(?:bucket|sum|count)$")


def expressions(folder):
    """Where an expression stands, and the expression."""
    for rules in sorted(folder.glob("*.rules.yml")):
        # `promtool check rules` has read them; an expression is what stands between its key and the next.
        text = rules.read_text()
        for name, expression in re.findall(r"- alert: (\w+)\n.*?expr: (?:>-)?(.*?)\n        (?:for|labels):", text, re.S):
            yield f"{rules.name}: {name}", " ".join(expression.split())
    dashboard = json.loads((folder / "ballast.dashboard.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield f"dashboard: {panel['title']}", re.sub(r"\$(?:node|worker|inference)\b", ".*", target["expr"])


def check_files(folder):
    found = list(expressions(folder))
    alerts = [where.split(": ")[1] for where, _ in found if ".rules.yml" in where]
    told = {name for tests in folder.glob("*.tests.yml") for name in re.findall(r"alertname: (\w+)", tests.read_text())}
    document = (folder.parent / "docs" / "monitoring.md").read_text()
    problems = [f"alert {name} has no test" for name in alerts if name not in told]
    problems += [f"docs/monitoring.md does not name alert {name}" for name in alerts if f"`{name}`" not in document]
    problems += [f"{where} names no metric" for where, expression in found if not METRIC.search(expression) and "up{" not in expression]
    dashboard = json.loads((folder / "ballast.dashboard.json").read_text())
    ids = [panel["id"] for panel in dashboard["panels"]]
    if len(ids) != len(set(ids)):
        problems.append("two panels of the dashboard have one id")
    return found, problems


def get(url):
    with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response:
        return response.read().decode()


def series(url):
    return {SUFFIX.sub("", line.split("{")[0].split(" ")[0]) for line in get(url).splitlines() if line and line[0] != "#"}


def check_metrics(found, targets):
    known = {job: series(f"http://{address}/metrics") for job, address in targets.items()}
    prefixes = {"ballast-node": "substrate_", "ballast-worker": "ballast_worker_", "ballast-inference": "ballast_inference_"}
    for where, expression in found:
        for metric in set(METRIC.findall(expression)):
            for job, names in known.items():
                if metric.startswith(prefixes[job]) and SUFFIX.sub("", metric) not in names:
                    yield f"{where}: {job} has no metric {metric}"


def ask(base, path, **query):
    return json.loads(get(f"{base}{path}?{urllib.parse.urlencode(query)}"))["data"]


def check_prometheus(folder, found, targets, port):
    """A real Prometheus evaluates all rules and answers all panels."""
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as scratch:
        jobs = "".join(f"  - job_name: {job}\n    static_configs: [{{ targets: ['{address}'] }}]\n" for job, address in targets.items())
        rules = "".join(f"  - {path}\n" for path in sorted(folder.glob("*.rules.yml")))
        config = pathlib.Path(scratch, "prometheus.yml")
        config.write_text(f"global: {{ scrape_interval: 1s, evaluation_interval: 2s }}\nrule_files:\n{rules}scrape_configs:\n{jobs}")
        command = ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={scratch}/data", f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]
        process = subprocess.Popen(command)
        try:
            time.sleep(WARM_UP_S)
            if process.poll() is not None:
                return [f"prometheus ended with {process.returncode}"]
            return list(judge(base, found, targets))
        finally:
            process.terminate()
            process.wait(timeout=30)


def judge(base, found, targets):
    for target in ask(base, "/api/v1/targets")["activeTargets"]:
        if target["health"] != "up":
            yield f"{target['scrapePool']} cannot be scraped: {target['lastError']}"
    rules = [rule for group in ask(base, "/api/v1/rules")["groups"] for rule in group["rules"]]
    yield from (f"rule {rule['name']}: {rule.get('lastError')}" for rule in rules if rule["health"] != "ok")
    for where, expression in found:
        if not where.startswith("dashboard") or not any(metric.startswith(prefix(targets)) for metric in METRIC.findall(expression)):
            continue
        if not ask(base, "/api/v1/query", query=expression)["result"]:
            yield f"{where}: no data for {expression}"


def prefix(targets):
    return tuple({"ballast-node": "substrate_", "ballast-worker": "ballast_worker_", "ballast-inference": "ballast_inference_"}[job] for job in targets)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--network", type=pathlib.Path)
    parser.add_argument("--inference")
    args = parser.parse_args()
    found, problems = check_files(args.folder)
    told = f"{len(found)} expressions of rules and dashboard"
    if args.network:
        settings = dict(pair.split("=", 1) for pair in (args.network / "settings").read_text().split())
        base = int(settings["BASE_PORT"])
        targets = {"ballast-node": f"127.0.0.1:{base + 200}", "ballast-worker": f"127.0.0.1:{base + 301}"}
        if args.inference:
            targets["ballast-inference"] = args.inference
        problems += check_metrics(found, targets)
        told += f", against {', '.join(targets)}"
        if shutil.which("prometheus"):
            problems += check_prometheus(args.folder, found, targets, base + 400)
        else:
            told += ", without a real Prometheus, which is not installed"
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f"{told}: all good")


main()
