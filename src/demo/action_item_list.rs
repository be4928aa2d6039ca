//! The 60 action items of the demo, 15 for each relationship: what is asked, by whom of whom, and what became of it.

use Ask::{CdmoItself, CdmoOfSponsor, SponsorItself, SponsorOfCdmo};
use Course::{
    Cancelled, Declined, Done, InProgress, Late, Open, OtherDate, Proposed, Reopened, Slipped, Verified, WantsTime,
};

use crate::entity::party::Party;

/// Who asks whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ask {
    SponsorOfCdmo,
    CdmoOfSponsor,
    SponsorItself,
    CdmoItself,
}

impl Ask {
    pub(super) const fn requester(self) -> Party {
        match self {
            Self::SponsorOfCdmo | Self::SponsorItself => Party::Sponsor,
            Self::CdmoOfSponsor | Self::CdmoItself => Party::Cdmo,
        }
    }

    pub(super) const fn owner(self) -> Party {
        match self {
            Self::CdmoOfSponsor | Self::SponsorItself => Party::Sponsor,
            Self::SponsorOfCdmo | Self::CdmoItself => Party::Cdmo,
        }
    }
}

/// What becomes of an action item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Course {
    /// Done and verified.
    Verified,
    /// The date moved once, with a reason and the other party's consent; done and verified.
    Slipped,
    /// Done, sent back with a reason, done and verified.
    Reopened,
    /// Done; the verification is to come.
    Done,
    /// Being worked on.
    InProgress,
    /// Being worked on; another date is asked for and not answered.
    WantsTime,
    /// Accepted, and past its date.
    Late,
    /// Accepted.
    Open,
    /// Not answered yet.
    Proposed,
    /// The owner has proposed another date, which is not answered yet.
    OtherDate,
    /// Declined with a reason.
    Declined,
    /// Cancelled with a reason.
    Cancelled,
}

/// One action item: what, by whom of whom, its priority and label, what became of it.
pub(super) type Item = (&'static str, Ask, &'static str, &'static str, Course);

/// The items of each relationship, oldest first.
pub(super) static ITEMS: [[Item; 15]; 4] = [
    [
        ("Share the resin lifetime study for the capture step", SponsorOfCdmo, "NORMAL", "process", Verified),
        ("Confirm the reference standard's new expiry date", CdmoOfSponsor, "HIGH", "analytics", Verified),
        ("Close the gap in the raw-material risk assessment", CdmoItself, "NORMAL", "materials", Verified),
        ("Send the comparability protocol for Cork", SponsorOfCdmo, "HIGH", "Cork", Slipped),
        ("Answer the questions on the bioburden alert limit", CdmoOfSponsor, "HIGH", "quality", Verified),
        ("Write down how both quality units decide on minor deviations", CdmoOfSponsor, "NORMAL", "quality", Reopened),
        ("Move the retained samples to the second freezer farm", SponsorOfCdmo, "LOW", "storage", Declined),
        ("Approve master batch record revision 7", CdmoOfSponsor, "URGENT", "batch record", Verified),
        ("Add the week-26 stability pulls to the joint plan", SponsorOfCdmo, "NORMAL", "stability", Done),
        ("Explain the three late batch records of last month", SponsorOfCdmo, "HIGH", "batch record", InProgress),
        ("Send the firm forecast for the next two quarters", CdmoOfSponsor, "HIGH", "forecast", Late),
        ("Draft the agenda of the yearly executive review", SponsorItself, "LOW", "governance", Open),
        ("Order a second lot of the single-use mixers", CdmoItself, "NORMAL", "materials", InProgress),
        (
            "Agree on who may talk to the authority during the inspection",
            CdmoOfSponsor,
            "URGENT",
            "inspection",
            OtherDate,
        ),
        ("Review the new viral-clearance report", SponsorOfCdmo, "NORMAL", "quality", Proposed),
    ],
    [
        ("Repeat the media fill of line 3 with the night shift", SponsorOfCdmo, "HIGH", "line 3", Verified),
        ("Approve the artwork of the Singapore label", CdmoOfSponsor, "HIGH", "labeling", Slipped),
        ("Provide the extractables data of the new plunger", SponsorOfCdmo, "HIGH", "components", Verified),
        ("Train the second team on the defect library", CdmoItself, "NORMAL", "inspection", Verified),
        ("Clarify the hold time between thawing and filling", CdmoOfSponsor, "URGENT", "process", Verified),
        ("Buy a spare filling needle set for every format", SponsorOfCdmo, "LOW", "line 3", Cancelled),
        ("Find out why two cold-chain loggers stopped", SponsorOfCdmo, "HIGH", "shipping", Verified),
        ("Deliver drug substance with at least 18 months of shelf life", CdmoOfSponsor, "NORMAL", "supply", Declined),
        (
            "Reconcile the reject counts of camera and manual inspection",
            SponsorOfCdmo,
            "NORMAL",
            "inspection",
            Reopened,
        ),
        ("Send the certificates of the last three syringe lots", SponsorOfCdmo, "NORMAL", "components", Done),
        ("Decide on the tamper-evident carton", CdmoOfSponsor, "NORMAL", "packaging", WantsTime),
        ("Shorten the change-over between formats", CdmoItself, "NORMAL", "line 3", InProgress),
        ("Qualify a second carrier for the lane to Singapore", SponsorOfCdmo, "HIGH", "shipping", Late),
        ("Prepare the mock recall", SponsorItself, "NORMAL", "quality", Open),
        ("Accept the revised sampling plan for particulates", CdmoOfSponsor, "HIGH", "inspection", Proposed),
    ],
    [
        ("Release the working cell bank", SponsorOfCdmo, "URGENT", "cell bank", Verified),
        ("Send the toxicology batch's impurity profile", CdmoOfSponsor, "HIGH", "analytics", Verified),
        ("Describe the scale-down model of the production bioreactor", SponsorOfCdmo, "NORMAL", "process", Slipped),
        ("Choose between the two feeding strategies", CdmoOfSponsor, "HIGH", "process", Verified),
        ("Transfer the potency assay to Cork", CdmoItself, "HIGH", "analytics", Reopened),
        ("Agree on the acceptance criteria for phase 3", CdmoOfSponsor, "URGENT", "quality", Verified),
        ("Keep a bioreactor free in week 34 without an order", SponsorOfCdmo, "NORMAL", "capacity", Declined),
        ("Send the updated target product profile", CdmoOfSponsor, "NORMAL", "clinical", Verified),
        ("Write the process description for the clinical-trial application", SponsorOfCdmo, "HIGH", "clinical", Done),
        (
            "Store the remaining drug substance during the clinical hold",
            SponsorOfCdmo,
            "URGENT",
            "clinical hold",
            InProgress,
        ),
        ("Say which batches the hold concerns", CdmoOfSponsor, "URGENT", "clinical hold", Done),
        ("Order resin for the next campaign", CdmoItself, "LOW", "materials", Cancelled),
        ("Finish the sterility investigation of batch 0312", SponsorOfCdmo, "HIGH", "quality", WantsTime),
        ("Collect the lessons of the first two years", SponsorItself, "LOW", "governance", Open),
        ("Take the stability samples of month 12 as planned", SponsorOfCdmo, "NORMAL", "stability", Open),
    ],
    [
        ("Hand over the analytical methods of three products", CdmoOfSponsor, "HIGH", "transfer", Verified),
        ("Confirm the annual volumes by product", CdmoOfSponsor, "NORMAL", "forecast", Slipped),
        ("Install the second autoclave at Hyderabad", CdmoItself, "HIGH", "Hyderabad", Verified),
        ("Send the nitrosamine risk assessments", SponsorOfCdmo, "URGENT", "quality", Verified),
        ("Align the complaint categories of both systems", SponsorOfCdmo, "NORMAL", "complaints", Verified),
        ("Pay the storage of unclaimed pallets", CdmoOfSponsor, "LOW", "storage", Declined),
        ("Reduce the paper in the batch release file", CdmoItself, "NORMAL", "batch record", Verified),
        ("Find the cause of the cap-crimping rejects", SponsorOfCdmo, "HIGH", "line 2", Reopened),
        ("Draft the variation for the new site", CdmoOfSponsor, "HIGH", "regulatory", Done),
        ("Answer the hospital's question on glass breakage", SponsorOfCdmo, "URGENT", "complaints", Late),
        ("Deliver the serial numbers one day earlier", CdmoOfSponsor, "NORMAL", "serialization", InProgress),
        ("Add a second pallet position for cold products", SponsorOfCdmo, "LOW", "storage", Cancelled),
        ("Publish the joint holiday calendar of all sites", CdmoItself, "LOW", "governance", Open),
        ("Validate the shipping box for the summer profile", SponsorOfCdmo, "NORMAL", "shipping", OtherDate),
        ("Accept the quality agreement's new annex on data integrity", CdmoOfSponsor, "HIGH", "quality", Proposed),
    ],
];
