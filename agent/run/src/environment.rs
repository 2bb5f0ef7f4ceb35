//! Files of `NAME=value` lines on the host.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;

/// Reads the files in order; a later value wins. The error says which file, which line and why.
pub(crate) fn read_env_files(paths: &[String]) -> Result<Vec<(OsString, OsString)>, String> {
    let mut all = Vec::new();
    for path in paths {
        let bytes = fs::read(path).map_err(|error| format!("cannot read the env file {path}: {error}"))?;
        parse(&bytes, &mut all).map_err(|line| format!("{path}:{line}: expected NAME=value"))?;
    }
    Ok(all)
}

fn parse(bytes: &[u8], into: &mut Vec<(OsString, OsString)>) -> Result<(), usize> {
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let line = line.strip_prefix(b"export ").unwrap_or(line).trim_ascii_start();
        let at = line.iter().position(|byte| *byte == b'=').ok_or(number + 1)?;
        let (name, value) = (&line[..at], line[at + 1..].trim_ascii_start());
        if !is_name(name) {
            return Err(number + 1);
        }
        let value = unquote(value).ok_or(number + 1)?;
        into.push((OsStr::from_bytes(name).to_owned(), OsStr::from_bytes(&value).to_owned()));
    }
    Ok(())
}

fn is_name(name: &[u8]) -> bool {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    !name.is_empty() && name.iter().all(inner) && !name[0].is_ascii_digit()
}

/// The value without the quotes around it: in double quotes `\"` and `\\` stand for the second
/// character, in single quotes everything stands for itself. A quote that does not end is an error.
fn unquote(value: &[u8]) -> Option<Vec<u8>> {
    match value {
        [b'\'', inner @ .., b'\''] if !inner.contains(&b'\'') => Some(inner.to_vec()),
        [b'"', inner @ ..] => {
            let mut out = Vec::with_capacity(inner.len());
            let mut bytes = inner.iter();
            loop {
                match bytes.next()? {
                    b'"' => return bytes.as_slice().is_empty().then_some(out),
                    b'\\' => match bytes.next()? {
                        quoted @ (b'"' | b'\\') => out.push(*quoted),
                        other => out.extend([b'\\', *other]),
                    },
                    other => out.push(*other),
                }
            }
        }
        [b'\'', ..] => None,
        plain => Some(plain.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8]) -> Result<Vec<(String, String)>, usize> {
        let mut all = Vec::new();
        parse(text, &mut all)?;
        let text = |word: OsString| String::from_utf8_lossy(word.as_bytes()).into_owned();
        Ok(all.into_iter().map(|(name, value)| (text(name), text(value))).collect())
    }

    #[test]
    fn lines() {
        let cases: [(&[u8], &str); 12] = [
            (b"A=b", "b"),
            (b"A=", ""),
            (b"  export A = b c # d \r\n", ""),
            (b"A=b c # d \r\n", "b c # d"),
            (b"# x\n\nA='b \"c' ", "b \"c"),
            (b"A=\"b \\\"c\\\\ \\n $x %\"", "b \"c\\ \\n $x %"),
            (b"A=b'c'd", "b'c'd"),
            (b"A==b=", "=b="),
            (b"export A=b", "b"),
            (b"A=\"\"", ""),
            (b"A=1\nA=2", "2"),
            (b"A=\xff", "\u{fffd}"),
        ];
        for (text, value) in cases {
            match check(text) {
                Ok(all) => assert_eq!(all.last().unwrap(), &("A".to_owned(), value.to_owned())),
                // A space before `=` is a mistake, not a name.
                Err(line) => assert_eq!((text.starts_with(b"  export"), line), (true, 1)),
            }
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (text, line) in [
            (&b"A=1\nB"[..], 2),
            (b"1A=b", 1),
            (b"=b", 1),
            (b"A-B=c", 1),
            (b"A='b", 1),
            (b"A=\"b", 1),
            (b"A=\"b\" c", 1),
            (b"A='b' c'", 1),
            (b"\n\n\x00=1", 3),
        ] {
            assert_eq!(check(text), Err(line), "{}", String::from_utf8_lossy(text));
        }
        let error = read_env_files(&["/nowhere/at/all".into()]).unwrap_err();
        assert!(error.starts_with("cannot read the env file /nowhere/at/all: No such file"), "{error}");
    }
}
