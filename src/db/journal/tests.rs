//! Known answers: the canonical form against RFC 8785, and an entry against a computation in another language.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::*;
use crate::db::recorded::Recorded;

fn canonical(value: &impl Serialize) -> String {
    serde_json_canonicalizer::to_string(value).unwrap()
}

#[test]
fn numbers_are_written_as_rfc_8785_writes_them() {
    for (bits, text) in [
        (0x0000_0000_0000_0000, "0"),
        (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0x41b3_de43_5555_5554, "333333333.33333325"),
        (0x41b3_de43_5555_5555, "333333333.3333333"),
        (0x41b3_de43_5555_5556, "333333333.3333334"),
        (0x41b3_de43_5555_5557, "333333333.33333343"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ] {
        let number = f64::from_bits(bits);
        assert_eq!(canonical(&number), text);
        // What an entry holds is read back to the same number, or a row would seem to differ from its record.
        let read: Value = serde_json::from_str(text).unwrap();
        assert_eq!(canonical(&read), text);
        assert_eq!(read.as_f64().map(|read| read + 0.0), Some(number + 0.0));
    }
    assert_eq!(canonical(&json!([100.0, 100, 1_u8, -3_i64])), "[100,100,1,-3]");
}

#[test]
fn keys_are_sorted_by_utf_16_and_strings_escaped_as_little_as_can_be() {
    let keys = ["\u{20ac}", "\r", "\u{fb33}", "1", "\u{1f600}", "\u{80}", "\u{f6}"];
    let object: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), json!(0))).collect();
    assert_eq!(
        canonical(&object),
        "{\"\\r\":0,\"1\":0,\"\u{80}\":0,\"\u{f6}\":0,\"\u{20ac}\":0,\"\u{1f600}\":0,\"\u{fb33}\":0}"
    );
    let example: Value = serde_json::from_str(
        r#"{
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
          "literals": [null, true, false]
        }"#,
    )
    .unwrap();
    assert_eq!(
        canonical(&example),
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
    );
}

#[test]
fn a_frame_has_the_hash_that_python_computes() {
    let chain = Chain::Relationship(RelationshipId::new(Uuid::from_u128(0x0188_bac7_4afa_78aa_bc3b_bd1e_ef28_d881)));
    let at = "2026-11-22T09:30:00Z".parse().unwrap();
    let hash = entry_hash(chain, 1, at, &"ab".repeat(32), NO_HASH).unwrap();
    assert_eq!(hash, "b14b161a051bea551008238acc38b4b6234bfaedf9e150bd37ba6efec52f2135");
}

#[test]
fn a_content_has_the_text_that_python_writes_and_is_read_back() {
    let site = "site_01h2xcejqtf2nbrexx3vqjhp41".to_owned();
    let after = json!({ "version": 1, "name": "Zürich", "share": 0.5 }).as_object().cloned();
    let content = Content {
        salt: "5f0c".to_owned(),
        action: "createSite",
        actor: Author { issuer: "https://id.example".to_owned(), subject: "ada".to_owned(), organization: None },
        subject: site.clone(),
        reason: None,
        changes: vec![Change { table: "site", id: site.clone(), before: None, after: after.clone() }],
        rows: vec![Rows {
            table: "observation",
            of: "set_01h2xcejqtf2nbrexx3vqjhp41".to_owned(),
            count: 2,
            removed: false,
            digest: "cd".repeat(32),
        }],
    };
    assert_eq!(digest(&content).unwrap(), "877d2d3dfeb6f5a2c987fc894e600a484960c3150432a4a72a0905a5b8a64b2c");
    let recorded = Recorded::read(&canonical(&content)).unwrap();
    assert_eq!((recorded.action.as_str(), recorded.subject.as_str()), ("createSite", site.as_str()));
    assert_eq!(recorded.changes[0].after, after);
    assert_eq!(recorded.rows[0].count, 2);
    assert!(recorded.tables().eq(["site", "observation"]) && recorded.kinds().eq(["site"]));
}
