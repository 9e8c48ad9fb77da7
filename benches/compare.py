"""Whether two CSV files have the same rows. `compare.py <name> <ours> <the peer's>`; of ours the columns that the peer has."""

import csv
import sys


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def main():
    name, ours, peer = sys.argv[1:]
    mine, theirs = rows(ours), rows(peer)
    if missing := [title for title in theirs[0] if title not in mine[0]]:
        sys.exit(f"{name}: {peer} has columns that {ours} has not: {missing}")
    words = ""
    if len(theirs[0]) < len(mine[0]):
        words = f" in {len(theirs[0])} of {len(mine[0])} columns"
        places = [mine[0].index(title) for title in theirs[0]]
        mine = [[row[place] for place in places] for row in mine]
    if sorted(mine) != sorted(theirs):
        sys.exit(f"{name}: the rows of {peer} are not those of {ours}")
    print(f"- {name}: {len(mine) - 1} rows, {'the same in the same order' if mine == theirs else 'the same'}{words}")


main()
