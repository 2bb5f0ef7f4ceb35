use crontopus_api::{Usage, UsageDay, UsageKind, UsageMeter};
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

#[test]
fn what_there_is_and_what_was_sent() {
    let meter = |of, used, limit| UsageMeter { of, used, limit };
    let day = |date: &str, check_ins| UsageDay {
        date: date.parse().unwrap(),
        check_ins,
        runs: check_ins / 2,
        missed: 1,
        output_bytes: 1_500,
    };
    let usage = Usage {
        at: canned::minutes(0),
        meters: vec![
            meter(UsageKind::Jobs, 12, None),
            meter(UsageKind::Repositories, 1, Some(50)),
            meter(UsageKind::OutputBytes, 12_345_678, None),
        ],
        days: vec![day("2026-11-23", 40), day("2026-11-24", 90)],
    };
    let server = Fake::new().on("GET /api/v1/usage", &usage);
    assert_snapshot!(Cli::with(&server).run(&["usage"]).ok(), @"
    OF            USED     LIMIT
    jobs          12       -
    repositories  1        50
    output bytes  12.3 MB  -

    DAY         CHECK-INS  RUNS  MISSED  OUTPUTS
    2026-11-24  90         45    1       1.5 kB
    2026-11-23  40         20    1       1.5 kB
    ");
}
