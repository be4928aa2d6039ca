"""Reads a KPI's series, page by page, into a pandas data frame and prints a table by year.

    GUIDEPOST_TOKEN=… python3 examples/analyst_pull.py OTD

The token decides what is in it: the working level sees what is shared, leadership what is released."""
import argparse, os

import pandas

from client import Caller

cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
cli.add_argument("code", help="the KPI's code, as OTD")
cli.add_argument("--url", default="http://127.0.0.1:4000")
cli.add_argument("--csv", help="a file to write the whole series to")
args = cli.parse_args()
analyst = Caller(args.url, os.environ["GUIDEPOST_TOKEN"])

KPIS = """query($code: String!) { kpis(filter: {codes: [$code]}, first: 100) { nodes {
    id relationship { name } } } }"""
PAGE = """query($kpi: ID!, $after: String) { kpi(id: $kpi) { series(first: 1000, after: $after) {
    nodes { periodStart periodEnd numerator denominator value unit status datasetId revision
            definition { number scale aggregation } }
    pageInfo { hasNextPage endCursor } } } }"""

rows = []
for kpi in analyst.ask(KPIS, code=args.code)["kpis"]["nodes"]:
    page = {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        series = analyst.ask(PAGE, kpi=kpi["id"], after=page["endCursor"])["kpi"]["series"]
        rows += [{"relationship": kpi["relationship"]["name"], **point, **point["definition"]} for point in series["nodes"]]
        page = series["pageInfo"]

frame = pandas.DataFrame(rows).drop(columns="definition", errors="ignore")
if frame.empty:
    raise SystemExit(f"this token sees nothing of {args.code}")
frame["periodStart"] = pandas.to_datetime(frame["periodStart"])
if args.csv:
    frame.to_csv(args.csv, index=False)



def total(points):
    """As the definition says; a ratio over a year is one of the sums, never the mean of the months' ratios."""
    numerator, denominator = points["numerator"].sum(min_count=1), points["denominator"].sum(min_count=1)
    values = points["value"]
    value = {
        "RATIO_OF_SUMS": points["scale"].iloc[0] * numerator / denominator if denominator else None,
        "SUM": values.sum(),
        "MEAN": values.mean(),
    }[points["aggregation"].iloc[0]]
    return pandas.Series({"periods": len(points), "numerator": numerator, "denominator": denominator, "value": value})


# What has no value counts nowhere.
frame = frame.astype({"numerator": float, "denominator": float, "value": float})
reported = frame[frame["status"] == "REPORTED"].assign(year=lambda points: points["periodStart"].dt.year)
by_year = reported.groupby(["relationship", "year", "unit", "aggregation"])
table = by_year[["numerator", "denominator", "value", "scale", "aggregation"]].apply(total)
print(table.round(1).astype({"periods": int}).to_string(na_rep="") if len(table) else "no period has a value yet")
