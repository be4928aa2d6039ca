"""Loads the deliveries of an ERP export as source records, and shows what three definitions count from the same records.

    python3 examples/delivery_records.py deliveries.csv --tokens tokens.json

tokens.json is that of erp_push.py. Each definition has a KPI of its own, with one dataset of all years; the service
counts. Then all three are tried on the records of one dataset, as before agreeing to one of them. Running it again changes
nothing."""
import argparse, csv, datetime, json

import agreements
from client import Caller

cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
cli.add_argument("file", help="the export, a CSV file")
cli.add_argument("--tokens", required=True, help="a JSON file with tokens by name")
cli.add_argument("--url", default="http://127.0.0.1:4000")
cli.add_argument("--sponsor", default="larkfield", help="the organization that the sponsor's tokens speak for")
cli.add_argument("--cdmo", default="brightwater", help="the organization that the vendors' token speaks for")
args = cli.parse_args()
tokens = json.load(open(args.tokens))
callers = {name: Caller(args.url, token) for name, token in tokens.get("tokens", tokens).items()}
robot = callers["sponsorRobot"]

RULES = {  # the days before and after the scheduled date that are on time
    "ON-THE-DAY": ("on the scheduled date", 0, 0),
    "NOT-LATE": ("not later than the scheduled date", None, 0),
    "WINDOW": ("from 14 days before to 7 days after the scheduled date", 14, 7)}


def day(text):
    return str(datetime.datetime.strptime(text, "%d-%b-%y").date())


records = [{"recordId": line["ID"], "item": line["Item Description"][:200],
            "agreedOn": day(line["Scheduled Delivery Date"]), "actualOn": day(line["Delivered to Client Date"]),
            "recordedOn": day(line["Delivery Recorded Date"]), "agreedQuantity": float(line["Line Item Quantity"])}
           for line in csv.DictReader(open(args.file, encoding="utf-8"))]
due = sorted(record["agreedOn"] for record in records)
period = {"periodStart": f"{due[0][:4]}-01-01", "periodEnd": f"{due[-1][:4]}-12-31"}


def definition(code):
    """What the parties agree to, or only try."""
    words, earliest, latest = RULES[code]
    rule = {"due": "REVISED", "earliestDays": earliest, "latestDays": latest, "inFull": False}
    return {**agreements.ON_TIME_DELIVERY, "code": code, "numerator": f"lines delivered {words}",
            "frequency": "YEAR", "countingRule": {"onTime": rule}}


relationship = agreements.relationship(callers, args.sponsor, args.cdmo, "All vendors")
for code, (words, _, _) in RULES.items():
    kpi = agreements.kpi(callers, relationship, definition(code))
    draft = robot.do("openKpiDataset", "kpiDatasetId", kpiId=kpi, **period)["kpiDatasetId"]
    counted = "recorded contradictory recordCounts { total met pending }"
    for first in range(0, len(records), 5000):  # the most in one call
        some = records[first:first + 5000]
        done = robot.do("recordSourceRecords", counted, kpiDatasetId=draft, records=some)
    met, total = done["recordCounts"]["met"], done["recordCounts"]["total"] - done["recordCounts"]["pending"]
    print(f"{code}: {met} of {total} {words}, {100 * met / total:.1f} %, recorded: {done['recorded']}")

PREVIEW = """query($input: PreviewKpiDefinitionInput!) { previewKpiDefinition(input: $input) {
    proposed { numerator denominator value } differences { totalCount } } }"""
for code in RULES:  # on the records of the last dataset, a draft that the sponsor's own people read
    tried = {"definition": {"relationshipId": relationship, **definition(code)}, "kpiDatasetIds": [draft]}
    tried = callers["sponsor"].ask(PREVIEW, input=tried)["previewKpiDefinition"]
    of, otherwise = tried["proposed"], tried["differences"]["totalCount"]
    print(f"{code}, tried: {of['numerator']:.0f} of {of['denominator']:.0f}, {of['value']:.1f} %, otherwise: {otherwise}")
