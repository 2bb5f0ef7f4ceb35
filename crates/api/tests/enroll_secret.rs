//! What an enrolment token's text carries.

use crontopus_api::agent_v1::EnrollSecret;

#[test]
fn text_and_parts_are_one() {
    let secret = EnrollSecret {
        server: "https://cron.example".into(),
        key_fingerprint: "ab".repeat(32),
        secret: "s3cret".into(),
    };
    assert_eq!(secret.to_string().parse(), Ok(secret.clone()));
    assert!(secret.to_string().starts_with("cte_"));
}

#[test]
fn what_is_no_token_says_so() {
    for bad in ["", "ctp_abc", "cte_", "cte_!!!", "cte_YQ", "cte_YQphCmEKYQ"] {
        assert!(bad.parse::<EnrollSecret>().is_err(), "{bad}");
    }
}
