use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _};

/// A line as it came in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// With CR and LF at its end, which are taken off.
    Whole(Vec<u8>),
    /// It ended with LF alone; nothing that ends so is ever obeyed, or two servers could read one mail
    /// differently.
    Bare(Vec<u8>),
    /// Longer than it may be. What is kept is its beginning.
    Long(Vec<u8>),
    /// Nothing more comes.
    End,
}

/// Reads up to the next LF; keeps at most `most` bytes in memory, whatever comes.
pub(crate) async fn next(input: &mut (impl AsyncBufRead + Unpin), most: usize) -> io::Result<Line> {
    let mut line = Vec::new();
    let mut is_long = false;
    loop {
        let available = input.fill_buf().await?;
        if available.is_empty() {
            return Ok(Line::End);
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(available.len(), |end| end + 1);
        let room = most.saturating_sub(line.len());
        is_long |= taken > room;
        line.extend_from_slice(&available[..taken.min(room)]);
        input.consume(taken);
        if end.is_some() {
            break;
        }
    }
    if is_long {
        return Ok(Line::Long(line));
    }
    line.pop();
    Ok(match line.pop_if(|last| *last == b'\r') {
        Some(_) => Line::Whole(line),
        None => Line::Bare(line),
    })
}

#[cfg(test)]
mod tests {
    use tokio::io::BufReader;

    use super::*;

    #[tokio::test]
    async fn lines_are_told_apart_by_their_ends_and_held_to_a_length() {
        let text = b"one\r\ntwo\nthree-is-too-long\r\n\r\n\n12345678\r\nrest";
        let mut input = BufReader::with_capacity(4, &text[..]);
        let whole = |text: &str| Line::Whole(text.into());
        for wanted in [
            whole("one"),
            Line::Bare("two".into()),
            Line::Long("three-is-t".into()),
            whole(""),
            Line::Bare(Vec::new()),
            whole("12345678"),
            Line::End,
            Line::End,
        ] {
            assert_eq!(next(&mut input, 10).await.unwrap(), wanted);
        }
    }
}
