//! A small blocking HTTP client that sends exactly what it is told to: no header, no path is put right on the way.

use serde_json::Value;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A request about to be sent.
pub struct Request<'a> {
    address: &'a str,
    method: &'a str,
    target: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    body: &'a [u8],
}

/// What came back.
#[derive(Debug)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, as it was sent.
    pub body: Vec<u8>,
}

impl<'a> Request<'a> {
    /// A request of `target` (path and query, sent as it is) to `address` (`host:port`).
    pub fn new(address: &'a str, method: &'a str, target: &'a str) -> Self {
        Self { address, method, target, headers: Vec::new(), body: &[] }
    }

    /// Adds a header; a `host` takes the place of the usual one.
    #[must_use]
    pub fn header(mut self, name: &'a str, value: &'a str) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(mut self, body: &'a str) -> Self {
        self.body = body.as_bytes();
        self.header("content-type", "application/json")
    }

    /// Sends it and reads the answer.
    pub fn send(&self) -> io::Result<Response> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        stream.write_all(&self.bytes())?;
        read_response(&mut BufReader::new(stream), self.method)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut lines =
            vec![format!("{} {} HTTP/1.1", self.method, self.target), "connection: close".to_owned()];
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            lines.push(format!("host: {}", self.address));
        }
        if !self.body.is_empty() {
            lines.push(format!("content-length: {}", self.body.len()));
        }
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        [lines.join("\r\n").as_bytes(), b"\r\n\r\n", self.body].concat()
    }
}

impl Response {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {}", String::from_utf8_lossy(&self.body)))
    }
}

fn read_response(stream: &mut impl BufRead, method: &str) -> io::Result<Response> {
    let status_line = read_line(stream)?;
    let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("not an HTTP answer: `{status_line}`")))?;
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut response = Response { status, headers, body: Vec::new() };
    let has_body = method != "HEAD" && status != 204 && status != 304;
    if has_body {
        response.body = read_body(stream, &response)?;
    }
    Ok(response)
}

fn read_body(stream: &mut impl BufRead, response: &Response) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if response.header("transfer-encoding") == Some("chunked") {
        loop {
            let size = read_line(stream)?;
            let size = u64::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
            stream.by_ref().take(size).read_to_end(&mut body)?;
            read_line(stream)?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
    let length = response.header("content-length").and_then(|length| length.parse().ok());
    stream.take(length.unwrap_or(u64::MAX)).read_to_end(&mut body)?;
    if length.is_some_and(|length| length != body.len() as u64) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(body)
}

fn read_line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    line.truncate(line.trim_end().len());
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(answer: &str) -> io::Result<Response> {
        read_response(&mut answer.as_bytes(), "GET")
    }

    #[test]
    fn chunks_are_put_together() {
        let answer =
            read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        assert_eq!(answer.unwrap().text(), "abcde");
    }

    #[test]
    fn an_answer_cut_short_is_an_error() {
        assert!(read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").is_err());
        assert!(read("").is_err());
    }
}
