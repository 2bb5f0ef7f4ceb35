//! A program that can only send mail reports a job that is declared in Git: what its mails say is what its runs show,
//! and a failure is an incident until a mail says that all is well.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use crontopus_e2e::{Api, Checkout, Server, tell_with, until};
use serde_json::{Value, json};

const MANIFEST: &str = "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: tape}\nspec: {every: 24h}\n";
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn of_a_declared_job() -> anyhow::Result<()> {
    tell_with(&["git"], story)
}

fn story() -> anyhow::Result<()> {
    let settings = "smtp_listen = \"127.0.0.1:0\"\nsmtp_domain = \"in.example\"\n";
    let mut server = Server::with_settings(settings)?;
    let api = Api::sign_up(&server, "acme")?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    checkout.write("ops/tape.yaml", MANIFEST)?;
    checkout.push_ok("A job that reports by mail")?;
    let monitor = until("the monitor", PATIENCE, || {
        Ok(api.read("/monitors")?["items"][0]["id"].as_str().map(str::to_owned))
    })?;
    let (status, key) = api.post(&format!("/monitors/{monitor}/key"), &json!({}))?;
    let key = key["key"].as_str().with_context(|| format!("a key, not {status}"))?.to_owned();
    let address = server.mail()?;
    let send =
        |to: &str, subject: &str, text: &str| mail(&address, &format!("{to}@in.example"), subject, text);

    // The subject tells: a failure, with what was written; and then that it is well again.
    send(&key, "[tape] backup FAILED on db-01", "tape 3 is full\r\n..and dirty")?;
    let run = newest(&api, 1)?;
    ensure!(run["name"] == "tape" && run["status"] == "failed", "{run}");
    let output = api.output(run["id"].as_str().unwrap_or_default())?;
    let output = String::from_utf8(output)?.replace("\r\n", "\n");
    ensure!(output == "Subject: [tape] backup FAILED on db-01\n\ntape 3 is full\n.and dirty\n", "{output:?}");
    ensure!(open(&api)? == 1, "a failure is an incident");
    send(&key, "Backup of db-01", "nothing to say")?;
    ensure!(newest(&api, 2)?["status"] == "succeeded", "a mail without such a word is a success");
    until("the incident to end", PATIENCE, || Ok((open(&api)? == 0).then_some(())))?;

    // A start and an end are one run.
    send(&key, "Backup started", "")?;
    ensure!(newest(&api, 3)?["status"] == "running");
    send(&key, "Backup completed", "")?;
    let run = newest(&api, 3)?;
    ensure!(run["status"] == "succeeded" && run["started_at"].is_string(), "{run}");

    // The text says more than the subject, and the address more than the text.
    send(&key, "All is well", "crontopus: 7\r\n")?;
    let run = newest(&api, 4)?;
    ensure!(run["status"] == "failed" && run["exit_status"] == 7, "{run}");
    send(&format!("{key}+0"), "errors: none", "crontopus: fail\r\n")?;
    let run = newest(&api, 5)?;
    ensure!(run["status"] == "succeeded" && run["exit_status"] == 0, "{run}");
    // Nobody learns from the answer whether an address leads anywhere.
    send("01234567-89ab-7def-8123-456789abcdef", "Backup", "")?;
    newest(&api, 5).map(drop)
}

/// The newest run, once there are so many of them.
fn newest(api: &Api, wanted: usize) -> anyhow::Result<Value> {
    let runs = api.read("/runs?job=ops%2Ftape")?;
    let runs = runs["items"].as_array().context("a list")?;
    ensure!(runs.len() == wanted, "a mail is answered when it counts: {runs:?}");
    let newest = runs.iter().max_by_key(|run| run["created_at"].to_string());
    newest.cloned().context("a run")
}

fn open(api: &Api) -> anyhow::Result<usize> {
    let incidents = api.read("/incidents?state=open")?;
    Ok(incidents["items"].as_array().map_or(0, Vec::len))
}

/// Sends one mail as any program does.
fn mail(address: &str, to: &str, subject: &str, text: &str) -> anyhow::Result<()> {
    let mut stream = BufReader::new(TcpStream::connect(address)?);
    stream.get_ref().set_read_timeout(Some(PATIENCE))?;
    let mut expect = |line: Option<&str>, code: &str| -> anyhow::Result<()> {
        if let Some(line) = line {
            stream.get_mut().write_all(format!("{line}\r\n").as_bytes())?;
        }
        let mut answer = String::new();
        loop {
            answer.clear();
            stream.read_line(&mut answer)?;
            if answer.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
        ensure!(answer.starts_with(code), "{line:?} was answered {answer:?}");
        Ok(())
    };
    expect(None, "220")?;
    expect(Some("EHLO db-01.example"), "250")?;
    expect(Some("MAIL FROM:<root@db-01.example>"), "250")?;
    expect(Some(&format!("RCPT TO:<{to}>")), "250")?;
    expect(Some("DATA"), "354")?;
    expect(
        Some(&format!("From: root@db-01.example\r\nTo: {to}\r\nSubject: {subject}\r\n\r\n{text}\r\n.")),
        "250",
    )?;
    expect(Some("QUIT"), "221")
}
