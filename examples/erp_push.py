"""Pushes a vendor's monthly on-time delivery from an ERP export to Guidepost. Running it again changes nothing.

    python3 examples/erp_push.py deliveries.csv --tokens tokens.json

tokens.json is what `guidepost demo --json` prints, or {"operator": …, "sponsor": …, "sponsorApprover": …,
"sponsorRobot": …, "cdmoApprover": …} with tokens of your own. A line counts in the month of its scheduled date, as on
time if it was delivered from 14 days before to 7 days after that. A year is a dataset, shared once it is over."""
import argparse, collections, csv, datetime, json

import agreements
from client import Caller

cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
cli.add_argument("file", help="the export, a CSV file")
cli.add_argument("--tokens", required=True, help="a JSON file with tokens by name")
cli.add_argument("--url", default="http://127.0.0.1:4000")
cli.add_argument("--vendor", help="its name in the export; left out, the one with most lines")
cli.add_argument("--sponsor", default="larkfield", help="the organization that the sponsor's tokens speak for")
cli.add_argument("--cdmo", default="brightwater", help="the organization that the vendor's token speaks for")
args = cli.parse_args()
tokens = json.load(open(args.tokens))
callers = {name: Caller(args.url, token) for name, token in tokens.get("tokens", tokens).items()}
sponsor, robot = callers["sponsor"], callers["sponsorRobot"]


def day(text):
    return datetime.datetime.strptime(text, "%d-%b-%y").date()


lines = list(csv.DictReader(open(args.file, encoding="utf-8")))
vendor = args.vendor or collections.Counter(line["Vendor"] for line in lines).most_common(1)[0][0]
due, on_time = collections.defaultdict(list), collections.Counter()
for line in (line for line in lines if line["Vendor"] == vendor):
    scheduled, delivered = day(line["Scheduled Delivery Date"]), day(line["Delivered to Client Date"])
    due[str(scheduled.replace(day=1))].append(line["ID"])
    on_time[str(scheduled.replace(day=1))] += -14 <= (delivered - scheduled).days <= 7

relationship = agreements.relationship(callers, args.sponsor, args.cdmo, vendor)
kpi = agreements.kpi(callers, relationship, agreements.ON_TIME_DELIVERY)
DATASETS = """query($kpi: ID!) { kpiDatasets(filter: {kpiId: $kpi}, first: 100) { nodes { id stage version periodStart
    observations(first: 12) { nodes { periodStart numerator denominator sourceRecord } } } } }"""
existing = {dataset["periodStart"]: dataset for dataset in sponsor.ask(DATASETS, kpi=kpi)["kpiDatasets"]["nodes"]}
for year in sorted({month[:4] for month in due}):
    months = [f"{year}-{month:02}-01" for month in range(1, 13)]
    rows = [{"periodStart": month, "numerator": on_time[month], "denominator": len(due[month]),
             "sourceRecord": ",".join(due[month]) or None} for month in months]
    dataset = existing.get(f"{year}-01-01")
    if dataset and dataset["stage"] != "DRAFT":  # what is shared changes in a new revision alone, with a reason
        rows = [row for row in rows if row not in dataset["observations"]["nodes"]]
        change = {"kpiDatasetId": dataset["id"], "expectedVersion": dataset["version"], "observations": rows}
        if rows:
            sponsor.do("correctKpiDataset", "kpiDatasetId", reason="The export says otherwise now.", **change)
        recorded = len(rows)
    else:
        period = {"periodStart": f"{year}-01-01", "periodEnd": f"{year}-12-31"}
        draft = robot.do("openKpiDataset", "kpiDatasetId", kpiId=kpi, **period)["kpiDatasetId"]
        recorded = robot.do("recordObservations", "recorded", kpiDatasetId=draft, observations=rows)["recorded"]
        if int(year) < datetime.date.today().year:
            seen = sponsor.ask("query($id: ID!) { kpiDataset(id: $id) { version } }", id=draft)["kpiDataset"]
            sponsor.do("shareKpiDataset", "kpiDatasetId", kpiDatasetId=draft, expectedVersion=seen["version"])
    counted = f"{sum(on_time[month] for month in months)} of {sum(len(due[month]) for month in months)} on time"
    print(f"{vendor}, {year}: {counted}, recorded: {recorded}")
