//! What an id looks like, and what is not one.

use crontopus_ids::{AgentId, JobId, RunId};
use proptest::prelude::*;

proptest! {
    #[test]
    fn text_and_id_are_one(ms in 0i64..(1 << 47), random: [u8; 10]) {
        let id = RunId::from_parts(ms, random);
        prop_assert_eq!(id.to_string().parse::<RunId>(), Ok(id));
        prop_assert_eq!(id.uuid().get_version_num(), 7);
        prop_assert_eq!(serde_json::from_str::<RunId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }

    #[test]
    fn ids_sort_by_time_as_text(a in 0i64..(1 << 47), b in 0i64..(1 << 47), ra: [u8; 10], rb: [u8; 10]) {
        prop_assume!(a != b);
        let (ia, ib) = (RunId::from_parts(a, ra).to_string(), RunId::from_parts(b, rb).to_string());
        prop_assert_eq!(a < b, ia < ib);
    }

    #[test]
    fn any_text_is_an_id_or_an_error(text in ".{0,40}") {
        if let Ok(id) = text.parse::<AgentId>() {
            prop_assert_eq!(id.to_string(), text);
        }
    }
}

#[test]
fn what_is_not_an_id() {
    let good = JobId::from_parts(1_790_000_000_000, [9; 10]).to_string();
    for bad in [
        "",
        "job_",
        &good[4..],
        &good.replace("job_", "run_"),
        &good.to_uppercase(),
        &format!("{good}0"),
        &good[..29],
        "job_8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "job_il0u0000000000000000000000",
    ] {
        assert!(bad.parse::<JobId>().is_err(), "{bad}");
    }
}
