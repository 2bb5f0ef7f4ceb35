use std::io;
use std::sync::Arc;
use std::time::Duration;

use crontopus_app::App;
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::command::LONGEST_COMMAND;
use crate::lines;
use crate::session::{KEPT, Next, Session};

/// How mail is received.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// The domain of the addresses.
    pub domain: String,
    /// So many clients at once; more are told to come back.
    pub connections: usize,
    /// Longest silence of a client.
    pub idle: Duration,
    /// Longest conversation.
    pub conversation: Duration,
}

impl SmtpSettings {
    /// 100 clients at once, a minute of silence, five minutes in all.
    pub fn of(domain: impl Into<String>) -> Self {
        let minutes = |n: u64| Duration::from_secs(n * 60);
        Self { domain: domain.into(), connections: 100, idle: minutes(1), conversation: minutes(5) }
    }
}

/// Receives mail until `cancel` is cancelled, then waits for the conversations that go on.
pub async fn serve(app: Arc<App>, listener: TcpListener, settings: SmtpSettings, cancel: CancellationToken) {
    let (room, settings) = (Arc::new(Semaphore::new(settings.connections)), Arc::new(settings));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = cancel.cancelled() => return,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, most likely; the next one may have better luck.
                tracing::warn!(%error, "a mail connection was not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let permit = Arc::clone(&room).try_acquire_owned().ok();
        let (app, settings, cancel) = (app.clone(), settings.clone(), cancel.clone());
        app.clone().tasks().spawn(async move {
            let done = match permit {
                Some(permit) => {
                    let talk = converse(&app, stream, &settings, &cancel);
                    let done = tokio::time::timeout(settings.conversation, talk).await;
                    drop(permit);
                    done.unwrap_or(Ok(()))
                }
                None => busy(stream).await,
            };
            if let Err(error) = done {
                tracing::debug!(%error, "a mail connection broke");
            }
        });
    }
}

async fn busy(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(b"421 4.3.2 too many connections; try again later\r\n").await
}

/// Speaks with a client. When `cancel` is cancelled, what it brought is stored and answered before it is sent away.
async fn converse(
    app: &App,
    stream: TcpStream,
    settings: &SmtpSettings,
    cancel: &CancellationToken,
) -> io::Result<()> {
    let (input, mut output) = stream.into_split();
    let mut input = BufReader::new(input);
    let mut session = Session::new(&settings.domain);
    say(&mut output, &session.greeting()).await?;
    loop {
        let longest = if session.is_receiving() { KEPT } else { LONGEST_COMMAND };
        let line = tokio::time::timeout(settings.idle, lines::next(&mut input, longest));
        let Some(line) = cancel.run_until_cancelled(line).await else {
            return say(&mut output, "421 4.3.2 the service is ending; try again later").await;
        };
        let Ok(line) = line else { return say(&mut output, "421 4.4.2 nothing came").await };
        let mut next = session.take(line?);
        if next == Next::Deliver {
            let stored = deliver(app, &session).await;
            next = session.delivered(stored);
        }
        match next {
            Next::Reply(reply) => say(&mut output, &reply).await?,
            Next::Close(reply) if reply.is_empty() => return Ok(()),
            Next::Close(reply) => return say(&mut output, &reply).await,
            Next::Silence | Next::Deliver => {}
        }
    }
}

/// Hands a mail over; whether everything it brings is decided, one way or the other.
async fn deliver(app: &App, session: &Session) -> bool {
    let (recipients, message) = session.mail();
    let now = app.clock().now_ms();
    let mut signals = Vec::new();
    for signal in recipients.iter().map(|recipient| recipient.check_in(message, now)) {
        match app.admit_check_in(&signal).await {
            Ok(Ok(())) => signals.push(signal),
            // It is in the log of rejected check-ins; the sender would only try again.
            Ok(Err(_)) => {}
            Err(error) => {
                tracing::warn!(%error, "a mail was put off");
                return false;
            }
        }
    }
    if signals.is_empty() {
        return true;
    }
    let done = app.check_in(signals).await;
    done.inspect_err(|error| tracing::warn!(%error, "a mail was put off")).is_ok()
}

async fn say(output: &mut (impl tokio::io::AsyncWrite + Unpin), reply: &str) -> io::Result<()> {
    output.write_all(format!("{reply}\r\n").as_bytes()).await
}
