//! Gzip files as addressable text: streaming with checkpoints, and reading on from one of them.
//!
//! The format is RFC 1952 around RFC 1951; a file may have several members one behind the other.

mod checkpoints;

pub(crate) use checkpoints::Checkpoint;
pub use checkpoints::{BadCheckpoints, Checkpoints};

use crate::File;
use crate::container::Steps;
use crate::split::read_at;
use checkpoints::WINDOW;
use flate2::Crc;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_HAS_MORE_INPUT, TINFL_FLAG_STOP_ON_BLOCK_BOUNDARY,
};
use miniz_oxide::inflate::core::{BlockBoundaryState, DecompressorOxide, decompress};
use std::io;
use std::ops::Range;

/// How a gzip member begins.
pub(crate) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The only method in use: deflate.
const DEFLATE: u8 = 8;

const HAS_HEADER_CHECKSUM: u8 = 1 << 1;
const HAS_EXTRA: u8 = 1 << 2;
const HAS_NAME: u8 = 1 << 3;
const HAS_COMMENT: u8 = 1 << 4;

/// How reading a header ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    /// Deflate data follows.
    Complete,
    /// The file ends inside the header.
    CutShort,
    /// The header names a method that nobody uses, or reserved flags.
    Unknown,
}

/// Reads a header behind its magic bytes.
fn read_header(next: &mut impl FnMut() -> io::Result<Option<u8>>) -> io::Result<Header> {
    Ok(fields(next)?.unwrap_or(Header::CutShort))
}

fn fields(next: &mut impl FnMut() -> io::Result<Option<u8>>) -> io::Result<Option<Header>> {
    let (Some(method), Some(flags)) = (next()?, next()?) else { return Ok(None) };
    if method != DEFLATE || flags & 0b1110_0000 != 0 {
        return Ok(Some(Header::Unknown));
    }
    // Time, extra flags and operating system say nothing about the contents.
    if !skip(next, 6)? {
        return Ok(None);
    }
    if flags & HAS_EXTRA != 0 {
        let (Some(low), Some(high)) = (next()?, next()?) else { return Ok(None) };
        if !skip(next, u16::from_le_bytes([low, high]))? {
            return Ok(None);
        }
    }
    for flag in [HAS_NAME, HAS_COMMENT] {
        if flags & flag != 0 && !skip_text(next)? {
            return Ok(None);
        }
    }
    if flags & HAS_HEADER_CHECKSUM != 0 && !skip(next, 2)? {
        return Ok(None);
    }
    Ok(Some(Header::Complete))
}

fn skip(next: &mut impl FnMut() -> io::Result<Option<u8>>, count: u16) -> io::Result<bool> {
    for _ in 0..count {
        if next()?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn skip_text(next: &mut impl FnMut() -> io::Result<Option<u8>>) -> io::Result<bool> {
    loop {
        match next()? {
            None => return Ok(false),
            Some(0) => return Ok(true),
            Some(_) => {}
        }
    }
}

/// Size of the ring that text is unpacked into: a power of two, of at least two windows.
const RING: usize = 2 * WINDOW;

/// Bytes asked for by one read of the file.
const INPUT: usize = 64 << 10;

/// The text of a gzip file, from its start or from a checkpoint on.
pub(crate) struct GzipReader<'f> {
    input: Input<'f>,
    inflater: Box<DecompressorOxide>,
    ring: Vec<u8>,
    /// The part of the ring that is not handed out yet.
    ready: Range<usize>,
    /// Bytes unpacked so far, from the start of the text.
    text: u64,
    /// Where the member began in the text.
    member_start: u64,
    /// Checksum of the member's text; none when its start was not read.
    crc: Option<Crc>,
    phase: Phase,
    damage: Option<String>,
    spacing: u64,
    checkpoints: Checkpoints,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    FirstHeader,
    NextHeader,
    Body,
    Trailer,
    Ended,
}

impl<'f> GzipReader<'f> {
    /// Reads from the start of the file, with a checkpoint every `spacing` unpacked bytes.
    pub(crate) fn new(file: &'f File, spacing: u64) -> Self {
        Self {
            input: Input { file, buffer: vec![0; INPUT], taken: 0, filled: 0, end: 0 },
            inflater: Box::default(),
            ring: vec![0; RING],
            ready: 0..0,
            text: 0,
            member_start: 0,
            crc: None,
            phase: Phase::FirstHeader,
            damage: None,
            spacing,
            checkpoints: Checkpoints::default(),
        }
    }

    /// Reads from a checkpoint on; none when its window is damaged.
    pub(crate) fn resume(file: &'f File, checkpoint: &Checkpoint) -> Option<Self> {
        let window = checkpoint.window()?;
        let mut reader = Self::new(file, u64::MAX);
        reader.ring[..window.len()].copy_from_slice(&window);
        reader.ready = window.len()..window.len();
        reader.input.end = checkpoint.file;
        reader.text = checkpoint.text;
        reader.phase = Phase::Body;
        *reader.inflater = DecompressorOxide::from_block_boundary_state(&BlockBoundaryState {
            num_bits: checkpoint.bit_count,
            bit_buf: checkpoint.bits,
            ..BlockBoundaryState::default()
        });
        Some(reader)
    }

    /// Bytes of the file read so far.
    pub(crate) fn disk_done(&self) -> u64 {
        self.input.position()
    }

    /// What is wrong with the packed data, if anything was, and the checkpoints taken on the way.
    pub(crate) fn finish(self) -> (Option<String>, Checkpoints) {
        (self.damage, self.checkpoints)
    }

    fn header(&mut self) -> io::Result<()> {
        if self.phase == Phase::NextHeader && !self.skip_padding()? {
            self.phase = Phase::Ended;
            return Ok(());
        }
        let begins = self.input.position();
        for expected in MAGIC {
            if self.input.next()? != Some(expected) {
                self.damaged(format!(
                    "what follows byte {begins} of the file is not gzip data and is ignored"
                ));
                return Ok(());
            }
        }
        match read_header(&mut || self.input.next())? {
            Header::Complete => self.begin_member(),
            Header::CutShort => self.damaged("the gzip file is cut short".to_owned()),
            Header::Unknown => {
                self.damaged(format!("the gzip header at byte {begins} of the file is damaged"));
            }
        }
        Ok(())
    }

    /// Passes over the zeros that some tools put behind a member; false at the end of the file.
    fn skip_padding(&mut self) -> io::Result<bool> {
        while let Some(byte) = self.input.peek()? {
            if byte != 0 {
                return Ok(true);
            }
            self.input.taken += 1;
        }
        Ok(false)
    }

    fn begin_member(&mut self) {
        self.inflater.init();
        // A damaged member may copy from before its start: zeros, now and when it is read again from a checkpoint.
        self.ring.fill(0);
        self.member_start = self.text;
        self.crc = Some(Crc::new());
        self.phase = Phase::Body;
        if self.is_checkpoint_due() {
            self.checkpoints.push(Checkpoint::new(self.text, self.input.position(), (0, 0), &[]));
        }
    }

    fn inflate(&mut self) -> io::Result<()> {
        if self.input.peek()?.is_none() {
            self.damaged("the gzip file is cut short".to_owned());
            return Ok(());
        }
        let from = self.ready.end % RING;
        let flags = TINFL_FLAG_HAS_MORE_INPUT | TINFL_FLAG_STOP_ON_BLOCK_BOUNDARY;
        let (status, used, made) =
            decompress(&mut self.inflater, self.input.rest(), &mut self.ring, from, flags);
        self.input.taken += used;
        self.ready = from..from + made;
        self.text += made as u64;
        if let Some(crc) = &mut self.crc {
            crc.update(&self.ring[from..from + made]);
        }
        match status {
            TINFLStatus::Done => self.phase = Phase::Trailer,
            TINFLStatus::BlockBoundary => self.take_checkpoint(),
            TINFLStatus::NeedsMoreInput | TINFLStatus::HasMoreOutput => {}
            _ => {
                let at = self.input.position();
                self.damaged(format!("the gzip data is damaged near byte {at} of the file"));
            }
        }
        Ok(())
    }

    fn is_checkpoint_due(&self) -> bool {
        self.text - self.checkpoints.last_text() >= self.spacing
    }

    fn take_checkpoint(&mut self) {
        if !self.is_checkpoint_due() {
            return;
        }
        let Some(state) = self.inflater.block_boundary_state() else { return };
        let length = (self.text - self.member_start).min(WINDOW as u64) as usize;
        let end = self.ready.end;
        let mut window = Vec::with_capacity(length);
        if end < length {
            window.extend(&self.ring[RING + end - length..]);
        }
        window.extend(&self.ring[end.saturating_sub(length)..end]);
        let bits = (state.num_bits, state.bit_buf);
        self.checkpoints.push(Checkpoint::new(self.text, self.input.position(), bits, &window));
    }

    fn trailer(&mut self) -> io::Result<()> {
        let mut trailer = [0; 8];
        for byte in &mut trailer {
            let Some(next) = self.input.next()? else {
                self.damaged("the gzip file is cut short in its last bytes".to_owned());
                return Ok(());
            };
            *byte = next;
        }
        self.phase = Phase::NextHeader;
        let Some(crc) = self.crc.take() else { return Ok(()) };
        let expected = u64::from_le_bytes(trailer);
        let length = (self.text - self.member_start) as u32;
        if expected != u64::from(crc.sum()) | u64::from(length) << 32 {
            let at = self.input.position() - 8;
            let message = format!(
                "the gzip checksum at byte {at} of the file does not match: text before it may be wrong"
            );
            self.damage.get_or_insert(message);
        }
        Ok(())
    }

    /// Ends the text here and keeps the first reason.
    fn damaged(&mut self, message: String) {
        self.damage.get_or_insert(message);
        self.phase = Phase::Ended;
    }
}

impl Steps for GzipReader<'_> {
    /// Makes text ready, if none is; false at the end.
    fn unpack(&mut self) -> io::Result<bool> {
        while self.ready.is_empty() {
            match self.phase {
                Phase::FirstHeader | Phase::NextHeader => self.header()?,
                Phase::Body => self.inflate()?,
                Phase::Trailer => self.trailer()?,
                Phase::Ended => return Ok(false),
            }
        }
        Ok(true)
    }

    fn ready(&self) -> &[u8] {
        &self.ring[self.ready.clone()]
    }

    fn take(&mut self, count: usize) {
        self.ready.start += count;
    }

    fn unpacked(&self) -> u64 {
        self.text
    }
}

/// The packed bytes, read in pieces.
struct Input<'f> {
    file: &'f File,
    buffer: Vec<u8>,
    taken: usize,
    filled: usize,
    /// Place in the file behind the buffer.
    end: u64,
}

impl Input<'_> {
    /// Place in the file of the next byte.
    fn position(&self) -> u64 {
        self.end - (self.filled - self.taken) as u64
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[self.taken..self.filled]
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        if self.taken == self.filled {
            self.taken = 0;
            self.filled = 0;
            self.filled = read_at(self.file, &mut self.buffer, self.end)?;
            self.end += self.filled as u64;
        }
        Ok(self.rest().first().copied())
    }

    fn next(&mut self) -> io::Result<Option<u8>> {
        let byte = self.peek()?;
        self.taken += usize::from(byte.is_some());
        Ok(byte)
    }
}
