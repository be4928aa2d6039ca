"""What two parties agree before anything is measured. What is there already is left as it is."""

FIND = """query($id: String!) { objectByReference(system: "ERP", externalId: $id) {
    ... on Relationship { id state version metricCharter { id } } } }"""

ON_TIME_DELIVERY = {
    "code": "OTD", "name": "On-time delivery", "purpose": "Learn which lines come late or early, and why.",
    "numerator": "lines delivered within -14 to +7 days of the scheduled date", "denominator": "lines scheduled",
    "unit": "%", "aggregation": "RATIO_OF_SUMS", "direction": "UP", "target": 95, "frequency": "MONTH",
    "collectingParty": "SPONSOR", "sourceSystem": "ERP"}


def relationship(callers, sponsor_handle, cdmo_handle, vendor):
    """The relationship that the sponsor's ERP knows by the vendor's name, with its charter signed by both."""
    sponsor, approver = callers["sponsor"], callers["cdmoApprover"]
    for caller, handle, name in [(sponsor, sponsor_handle, "Supply programme"), (approver, cdmo_handle, vendor)]:
        if not caller.is_known():
            callers["operator"].do("registerOrganization", "organizationId", handle=handle, name=name)
    if not sponsor.ask(FIND, id=vendor)["objectByReference"]:
        proposal = {"counterparty": cdmo_handle, "ourParty": "SPONSOR", "name": f"Deliveries of {vendor}"}
        new = sponsor.do("proposeRelationship", "relationship { id }", **proposal)["relationship"]["id"]
        sponsor.do("setExternalReference", "externalReferenceId", objectId=new, system="ERP", externalId=vendor)
    found = sponsor.ask(FIND, id=vendor)["objectByReference"]
    this = {"relationshipId": found["id"]}
    if found["state"] == "PROPOSED":
        approver.do("acceptRelationship", "relationship { id }", expectedVersion=found["version"], **this)
    if not found["metricCharter"]:
        purpose = "Find the causes of late deliveries together. No order depends on it."
        charter = sponsor.do("proposeMetricCharter", "metricCharter { id digest }", purpose=purpose, **this)
        sign_by_both(callers, "signMetricCharter", "metricCharterId", charter["metricCharter"])
    return found["id"]


def kpi(callers, relationship_id, definition):
    """The KPI with a definition that both have agreed. Proposing what stands already changes nothing."""
    selection = "kpiDefinition { id state digest kpi { id } }"
    proposed = callers["sponsor"].do("proposeKpiDefinition", selection, relationshipId=relationship_id, **definition)
    if proposed["kpiDefinition"]["state"] == "PROPOSED":
        sign_by_both(callers, "agreeKpiDefinition", "kpiDefinitionId", proposed["kpiDefinition"])
    return proposed["kpiDefinition"]["kpi"]["id"]


def sign_by_both(callers, mutation, id_field, thing):
    """Each party signs for itself, and what it signs is exactly what it has read: the digest says so."""
    for approver in (callers["sponsorApprover"], callers["cdmoApprover"]):
        approver.do(mutation, "__typename", **{id_field: thing["id"], "digest": thing["digest"]})
