#!/usr/bin/env python3
"""Scans many repositories on the workers of a Dask scheduler, and joins the reports.

    pip install 'dask[distributed]'
    stanch_dask.py --scheduler tcp://HOST:8786 --output report.json github:acme
    stanch_dask.py gitlab:acme --forks without -- --min-confidence high

What stands before `--` says which repositories, as `stanch scan` takes it; what stands after it
are options for the scan of each. Each repository is a task of its own, the largest first, so that
no worker is left with a large one in the end. What a lost worker had is given to another, and a
report counts only when it is whole: nothing is lost, and nothing counts twice. stanch must be
installed where the workers are, with the token in their environment.

The exit code is that of `stanch scan`; 2 if something went wrong.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

from distributed import Client, as_completed


def scan(stanch, options, line):
    """The report of one repository. This runs on a worker."""
    command = [stanch, "scan", "--repos-from", "-", "--shard", "none", "--format", "json", *options]
    done = subprocess.run(command, input=line.encode(), capture_output=True)
    if done.returncode not in (0, 1, 3):
        raise RuntimeError(done.stderr.decode(errors="replace"))
    json.loads(done.stdout)  # one that was cut short is made once more
    return done.stdout


def reports(client, stanch, options, lines):
    """The reports, as they come."""
    lines = sorted(lines, key=lambda line: -(json.loads(line).get("bytes") or 0))
    tasks = [
        client.submit(scan, stanch, options, line, pure=False, retries=3, priority=-nth)
        for nth, line in enumerate(lines)
    ]
    for _, report in as_completed(tasks, with_results=True):
        yield report


def run(args, where, options):
    listed = [args.stanch, "scan", "--list", "--shard", "none", *where, *options]
    listed = subprocess.run(listed, check=True, stdout=subprocess.PIPE, text=True)
    lines = listed.stdout.splitlines()
    with Client(args.scheduler) as client, tempfile.TemporaryDirectory() as folder:
        files = []
        for report in reports(client, args.stanch, options, lines):
            files.append(os.path.join(folder, f"{len(files)}.json"))
            with open(files[-1], "wb") as file:
                file.write(report)
        merge = [args.stanch, "report", "merge", "--format", "json", "--output", args.output]
        subprocess.run([*merge, *files], check=True)
    with open(args.output) as file:
        report = json.load(file)
    seen = report["ledger"]["counts"]["repositories"]["scope"]
    if seen != len(lines):
        raise RuntimeError(f"{len(lines)} repositories were listed, {seen} are in the report")
    return report["exit_code"]


def main(argv):
    cut = argv.index("--") if "--" in argv else len(argv)
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--scheduler", help="its address; without one, workers are started here")
    parser.add_argument("--stanch", default="stanch", help="the program, on the workers too")
    parser.add_argument("--output", default="stanch.json", help="where the joined report goes")
    args, where = parser.parse_known_args(argv[:cut])
    try:
        return run(args, where, argv[cut + 1 :])
    except Exception as error:  # whatever it is, it must not look like a verdict
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
