//! As much of HTTP/1.1 as asking the server needs: GET over a connection that stays open.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::str::FromStr;
use std::time::Duration;

/// Longer than the server lets any request take.
const TIMEOUT: Duration = Duration::from_mins(2);

/// A connection.
pub(super) struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Client {
    pub(super) fn connect(address: SocketAddr) -> Result<Self> {
        let stream =
            TcpStream::connect(address).with_context(|| format!("failed to connect to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self { stream: BufReader::new(stream), address })
    }

    /// Asks for a path with its query string, and waits for the whole answer.
    pub(super) fn get(&mut self, path: &str) -> Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.answer().with_context(|| format!("failed to read the answer to {path}"))
    }

    /// Asks for what has to be there.
    pub(super) fn get_ok(&mut self, path: &str) -> Result<String> {
        let answer = self.get(path)?;
        if answer.status != 200 {
            bail!("{path} was answered by {}: {}", answer.status, answer.body);
        }
        Ok(answer.body)
    }

    fn answer(&mut self) -> Result<Answer> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.with_context(|| format!("`{first}` is no status line"))?;
        let mut length = None;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok();
            }
        }
        let mut body = vec![0; length.context("it does not tell its length")?];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, body: String::from_utf8(body)? })
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

/// A text as it stands in a query string.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    encoded
}

fn hex(half: u8) -> char {
    char::from(b"0123456789ABCDEF"[usize::from(half)])
}

/// The number behind a key of a JSON answer, the first time the key stands there. A key in its quotes cannot occur
/// inside a string, where quotes are escaped.
pub(super) fn number<T: FromStr>(json: &str, key: &str) -> Option<T> {
    let behind = json.split(&format!("\"{key}\":")).nth(1)?;
    let end = behind.find([',', '}', ']']).unwrap_or(behind.len());
    behind[..end].trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn answers_on_one_connection_are_told_apart() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1000];
            for answer in
                ["200 OK\r\nContent-Length: 2\r\n\r\nok", "404 Not Found\r\ncontent-length:4\r\n\r\nnone"]
            {
                assert!(stream.read(&mut request).unwrap() > 0);
                stream.write_all(format!("HTTP/1.1 {answer}").as_bytes()).unwrap();
            }
        });
        let mut client = Client::connect(address).unwrap();
        assert_eq!(client.get_ok("/a?b=c").unwrap(), "ok");
        let answer = client.get("/d").unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (404, "none"));
        server.join().unwrap();
        assert!(client.get("/gone").is_err());
    }

    #[test]
    fn queries_are_encoded_and_numbers_found() {
        assert_eq!(encoded("a \"b\" 犬*"), "a%20%22b%22%20%E7%8A%AC%2A");
        let json = r#"{"q":"\"took_ms\":9","total":{"count":662},"took_ms":0.8}"#;
        assert_eq!((number(json, "took_ms"), number(json, "count")), (Some(0.8), Some(662)));
        assert_eq!(number::<u64>(json, "none"), None);
    }
}
