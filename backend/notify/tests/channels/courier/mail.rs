use std::sync::Arc;

use crontopus_notify::testing::{MailReceiver, MailTls};
use crontopus_notify::{Addresses, Channel, Courier, Endpoints, MailServer, Outcome, Security};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::world::{message, word};

const CERTIFICATE: &[u8] = include_bytes!("../../certificates/localhost.pem");
const KEY: &[u8] = include_bytes!("../../certificates/localhost.key");

fn tls() -> Arc<rustls::ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap())
}

fn server(receiver: &MailReceiver, security: Security) -> MailServer {
    MailServer {
        host: "localhost".to_owned(),
        port: receiver.address().port(),
        security,
        login: None,
        from: "Crontopus <cron@acme.example>".to_owned(),
        extra_roots: Some(CERTIFICATE.to_vec()),
    }
}

async fn send(server: MailServer, to: &str) -> Outcome {
    send_to(server, &[to]).await
}

async fn send_to(server: MailServer, to: &[&str]) -> Outcome {
    let channel = Channel::mail_to(&to.iter().map(|to| (*to).to_owned()).collect::<Vec<_>>());
    let parcel = channel.parcel(&message(), None, &Endpoints::default());
    Courier::new(Addresses::Public, Some(server)).send(&channel, &parcel).await
}

#[tokio::test]
async fn a_mail_has_both_parts_and_the_headers_that_keep_mail_programs_calm() {
    let mut receiver = MailReceiver::start(MailTls::None).await;
    let outcome = send(server(&receiver, Security::None), "ann@acme.example").await;
    assert_eq!(word(&outcome), "sent", "{outcome:?}");
    let mail = receiver.wait_for(1).await.remove(0);
    assert_eq!((mail.from.as_str(), mail.to), ("cron@acme.example", vec!["ann@acme.example".to_owned()]));
    for part in [
        "From: Crontopus <cron@acme.example>",
        "Subject: [Acme] Test message: this channel works",
        "Message-ID: <out_00000000000000000000000001@acme.example>",
        "Auto-Submitted: auto-generated",
        "List-Unsubscribe: <https://cron.example/alerts>",
        "multipart/alternative",
        "text/plain",
        "text/html",
    ] {
        assert!(mail.data.contains(part), "{part}\n{}", mail.data);
    }
}

#[tokio::test]
async fn tls_is_used_where_it_is_wanted_and_nothing_is_said_without() {
    for (tls, security) in
        [(MailTls::Starttls(tls()), Security::Starttls), (MailTls::Always(tls()), Security::Tls)]
    {
        let receiver = MailReceiver::start(tls).await;
        let mut server = server(&receiver, security);
        server.login = Some(("cron".to_owned(), "secret".to_owned()));
        let outcome = send(server, "ann@acme.example").await;
        assert_eq!(word(&outcome), "sent", "{security:?}: {outcome:?}");
        let mail = receiver.taken().remove(0);
        assert!(mail.tls);
        assert_eq!(mail.login, Some(("cron".to_owned(), "secret".to_owned())));
    }
    // A server that offers no STARTTLS gets no mail and no password.
    let receiver = MailReceiver::start(MailTls::None).await;
    let outcome = send(server(&receiver, Security::Starttls), "ann@acme.example").await;
    assert_ne!(word(&outcome), "sent", "{outcome:?}");
    assert!(receiver.taken().is_empty());
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_not_taken() {
    let receiver = MailReceiver::start(MailTls::Always(tls())).await;
    let server = MailServer { extra_roots: None, ..server(&receiver, Security::Tls) };
    let outcome = send(server, "ann@acme.example").await;
    assert_eq!(word(&outcome), "later", "{outcome:?}");
    assert!(receiver.taken().is_empty());
}

#[tokio::test]
async fn refusals_mean_what_the_standard_says() {
    let receiver = MailReceiver::start(MailTls::None).await;
    let outcome = send(server(&receiver, Security::None), "nobody@acme.example").await;
    assert_eq!(word(&outcome), "broken", "{outcome:?}");
    for (line, meaning) in [
        ("451 4.7.1 greylisted", "later"),
        ("452 4.2.2 mailbox full", "later"),
        ("552 5.3.4 message too big", "refused"),
        ("554 5.7.1 rejected as spam", "refused"),
    ] {
        receiver.refuse(line);
        let outcome = send(server(&receiver, Security::None), "ann@acme.example").await;
        assert_eq!(word(&outcome), meaning, "{line}: {outcome:?}");
        assert!(outcome.answer().starts_with(&line[..3]), "{outcome:?}");
    }
    let mut wrong = server(&receiver, Security::None);
    wrong.login = Some(("cron".to_owned(), "wrong".to_owned()));
    assert_eq!(word(&send(wrong, "ann@acme.example").await), "broken");
    let nobody = MailServer { port: 1, ..server(&receiver, Security::None) };
    assert_eq!(word(&send(nobody, "ann@acme.example").await), "later");
}

/// Somebody who left keeps the mail from nobody else.
#[tokio::test]
async fn one_dead_mailbox_keeps_nothing_from_the_others() {
    for dead in ["nobody@acme.example", "full@acme.example"] {
        for to in
            [[dead, "ann@acme.example", "bob@acme.example"], ["ann@acme.example", "bob@acme.example", dead]]
        {
            let receiver = MailReceiver::start(MailTls::None).await;
            let outcome = send_to(server(&receiver, Security::None), &to).await;
            let Outcome::Sent { answer, .. } = &outcome else { panic!("{to:?}: {outcome:?}") };
            assert!(
                answer.starts_with("250 queued") && answer.contains(&format!("not for {dead}")),
                "{answer}"
            );
            let taken = receiver.taken();
            let mut got: Vec<&str> = taken.iter().flat_map(|mail| &mail.to).map(String::as_str).collect();
            got.sort_unstable();
            assert_eq!(got, ["ann@acme.example", "bob@acme.example"], "each once");
            // It is one mail: everybody sees who else was to have it, and its id is the same.
            assert!(taken.iter().all(|mail| mail.data.contains(dead)));
            let id = |data: &str| data.lines().find(|line| line.starts_with("Message-ID")).map(str::to_owned);
            assert_eq!(id(&taken[0].data), id(&taken[1].data));
        }
    }
    // With nobody left it is what it is for one: a channel of dead mailboxes is broken, a full one may be emptied.
    let receiver = MailReceiver::start(MailTls::None).await;
    for (to, meaning) in [
        (["nobody@acme.example", "nobody@other.example"], "broken"),
        (["nobody@acme.example", "full@acme.example"], "later"),
    ] {
        assert_eq!(word(&send_to(server(&receiver, Security::None), &to).await), meaning, "{to:?}");
    }
    // A refusal of the mail itself is not hidden by asking again for each.
    (0..3).for_each(|_| receiver.refuse("554 5.7.1 rejected as spam"));
    let outcome = send_to(server(&receiver, Security::None), &["ann@acme.example", "bob@acme.example"]).await;
    assert_eq!(word(&outcome), "refused", "{outcome:?}");
    assert!(receiver.taken().is_empty());
}

/// A server that never says a word is given up for now.
#[tokio::test(start_paused = true)]
async fn a_silent_mail_server_is_tried_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = MailServer {
        host: "127.0.0.1".to_owned(),
        port: listener.local_addr().unwrap().port(),
        security: Security::None,
        login: None,
        from: "cron@acme.example".to_owned(),
        extra_roots: None,
    };
    let outcome = send(silent, "ann@acme.example").await;
    assert_eq!(word(&outcome), "later", "{outcome:?}");
}

#[tokio::test]
async fn a_tenants_own_server_is_held_to_the_public_internet() {
    let receiver = MailReceiver::start(MailTls::None).await;
    let settings = serde_json::json!({
        "to": ["ann@acme.example"], "from": "cron@acme.example", "host": "127.0.0.1",
        "port": receiver.address().port(), "security": "none",
    });
    let channel = Channel::new(crontopus_notify::ChannelKind::Email, &settings).unwrap();
    let parcel = channel.parcel(&message(), None, &Endpoints::default());
    let outcome = Courier::new(Addresses::Public, None).send(&channel, &parcel).await;
    assert!(
        matches!(&outcome, Outcome::Broken { answer } if answer.contains("public Internet")),
        "{outcome:?}"
    );
    let outcome = Courier::new(Addresses::Any, None).send(&channel, &parcel).await;
    assert_eq!(word(&outcome), "sent", "{outcome:?}");
    // Without any server there is nobody to hand it to.
    let outcome = Courier::new(Addresses::Any, None);
    let channel = Channel::mail_to(&["ann@acme.example".to_owned()]);
    let parcel = channel.parcel(&message(), None, &Endpoints::default());
    assert_eq!(word(&outcome.send(&channel, &parcel).await), "broken");
}
