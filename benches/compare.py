"""Whether two CSV files have the same rows. `compare.py <name> <ours> <the peer's>`."""

import csv
import sys


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def main():
    name, ours, peer = sys.argv[1:]
    mine, theirs = rows(ours), rows(peer)
    if sorted(mine) != sorted(theirs):
        sys.exit(f"{name}: the rows of {peer} are not those of {ours}")
    print(f"- {name}: {len(mine) - 1} rows, {'the same in the same order' if mine == theirs else 'the same'}")


main()
