use crate::samples::{messages, parcel, settings, show};

/// Every message of every channel, as people and providers get it.
#[test]
fn every_message_of_every_channel() {
    for (name, kind, settings) in settings() {
        for (occasion, message) in messages() {
            let parcel = parcel(name, kind, &settings, occasion, &message);
            insta::assert_snapshot!(format!("{name}__{occasion}"), show(&parcel));
        }
    }
}

/// What a secret is shows nowhere but where it belongs: nothing in a body names a token.
#[test]
fn no_body_holds_a_secret() {
    for (name, kind, settings) in settings() {
        let secrets: Vec<String> = kind
            .secrets()
            .iter()
            .filter_map(|field| settings.get(*field)?.as_str().map(str::to_owned))
            .filter(|_| kind.as_str() != "pagerduty")
            .collect();
        for (occasion, message) in messages() {
            let crontopus_notify::Parcel::Http(calls) = parcel(name, kind, &settings, occasion, &message)
            else {
                continue;
            };
            for secret in &secrets {
                assert!(calls.iter().all(|call| !call.body.contains(secret)), "{name} {occasion}");
            }
        }
    }
}
