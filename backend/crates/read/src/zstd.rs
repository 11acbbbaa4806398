//! Decompression of a zstd file (RFC 8878) step by step; a file may have several frames one behind the other, and unpacking can
//! begin at each of them.

use crate::File;
use crate::container::Steps;
use crate::gzip::{Checkpoint, Checkpoints};
use crate::split::read_at;
use std::io;
use std::ops::Range;
use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

/// How a frame begins.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// How a frame begins that holds no data, in all but its first byte, whose low half is free.
const SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];

/// The most that a frame may look back, as a power of two: what `zstd -d` takes without being asked, 128 MB.
const LONGEST_WINDOW: u32 = 27;

/// Bytes asked for by one read of the file.
const INPUT: usize = 128 << 10;

/// Bytes that are unpacked at once.
const OUTPUT: usize = 128 << 10;

/// Whether a file that begins like this is packed by zstd.
pub(crate) fn is_zstd(head: &[u8]) -> bool {
    head.starts_with(&MAGIC) || head.len() > 4 && head[0] & 0xf0 == 0x50 && head[1..].starts_with(&SKIPPABLE)
}

/// The text of a zstd file, from its start or from the start of a frame on.
pub(crate) struct ZstdReader<'f> {
    file: &'f File,
    decoder: Decoder<'static>,
    input: Vec<u8>,
    /// The part of the input that is not unpacked yet.
    waiting: Range<usize>,
    /// Place in the file behind the input.
    input_end: u64,
    output: Vec<u8>,
    /// The part of the output that is not handed out yet.
    ready: Range<usize>,
    /// Bytes unpacked so far, from the start of the text.
    text: u64,
    /// Where the frame begins in the file; none between two frames.
    frame: Option<u64>,
    has_ended: bool,
    damage: Option<String>,
    spacing: u64,
    checkpoints: Checkpoints,
}

impl<'f> ZstdReader<'f> {
    /// Reads from the start of the file, and notes where a frame begins when `spacing` unpacked bytes lie between.
    pub(crate) fn new(file: &'f File, spacing: u64) -> io::Result<Self> {
        Self::begin(file, 0, 0, spacing)
    }

    /// Reads from the start of a frame on.
    pub(crate) fn resume(file: &'f File, checkpoint: &Checkpoint) -> io::Result<Self> {
        Self::begin(file, checkpoint.file, checkpoint.text, u64::MAX)
    }

    fn begin(file: &'f File, input_end: u64, text: u64, spacing: u64) -> io::Result<Self> {
        let mut decoder = Decoder::new()?;
        decoder.set_parameter(DParameter::WindowLogMax(LONGEST_WINDOW))?;
        Ok(Self {
            file,
            decoder,
            input: vec![0; INPUT],
            waiting: 0..0,
            input_end,
            output: vec![0; OUTPUT],
            ready: 0..0,
            text,
            frame: None,
            has_ended: false,
            damage: None,
            spacing,
            checkpoints: Checkpoints::default(),
        })
    }

    /// Bytes of the file unpacked so far.
    pub(crate) fn disk_done(&self) -> u64 {
        self.input_end - self.waiting.len() as u64
    }

    /// What is wrong with the packed data, if anything was, and the starts of frames noted on the way.
    pub(crate) fn finish(self) -> (Option<String>, Checkpoints) {
        (self.damage, self.checkpoints)
    }

    /// Unpacks some of the input, or what is left of the frame in the decoder.
    fn step(&mut self) {
        if self.frame.is_none() {
            self.frame = Some(self.disk_done());
            self.note_frame();
        }
        let at_end = self.waiting.is_empty();
        let mut from = InBuffer::around(&self.input[self.waiting.clone()]);
        let mut into = OutBuffer::around(&mut self.output[..]);
        let result = self.decoder.run(&mut from, &mut into);
        let (used, made) = (from.pos(), into.pos());
        self.waiting.start += used;
        self.ready = 0..made;
        self.text += made as u64;
        match result {
            Ok(0) => self.frame = None,
            Ok(_) if at_end && made == 0 => self.damaged("the zstd file is cut short".to_owned()),
            Ok(_) => {}
            Err(error) => self.refuse(&error),
        }
    }

    fn note_frame(&mut self) {
        if self.text - self.checkpoints.last_text() >= self.spacing {
            self.checkpoints.push(Checkpoint::new(self.text, self.disk_done(), (0, 0), &[]));
        }
    }

    fn refuse(&mut self, error: &io::Error) {
        let (at, message) = (self.disk_done(), error.to_string());
        let begin = self.frame.unwrap_or(at);
        self.damaged(if message.contains("too much memory") {
            format!(
                "the zstd frame at byte {begin} of the file needs more than 128 MB to be unpacked (`--long`)"
            )
        } else if message.contains("Unknown frame") && self.text > 0 {
            format!("what follows byte {begin} of the file is not zstd data and is ignored")
        } else if message.contains("checksum") {
            format!(
                "the zstd checksum near byte {at} of the file does not match: text before it may be wrong"
            )
        } else {
            format!("the zstd data is damaged near byte {at} of the file")
        });
    }

    /// Ends the text here and keeps the first reason.
    fn damaged(&mut self, message: String) {
        self.damage.get_or_insert(message);
        self.has_ended = true;
    }
}

impl Steps for ZstdReader<'_> {
    /// Makes text ready, if none is; false at the end.
    fn unpack(&mut self) -> io::Result<bool> {
        while self.ready.is_empty() {
            if self.has_ended {
                return Ok(false);
            }
            if self.waiting.is_empty() {
                let filled = read_at(self.file, &mut self.input, self.input_end)?;
                self.waiting = 0..filled;
                self.input_end += filled as u64;
            }
            if self.waiting.is_empty() && self.frame.is_none() {
                self.has_ended = true;
                return Ok(false);
            }
            self.step();
        }
        Ok(true)
    }

    fn ready(&self) -> &[u8] {
        &self.output[self.ready.clone()]
    }

    fn take(&mut self, count: usize) {
        self.ready.start += count;
    }

    fn unpacked(&self) -> u64 {
        self.text
    }
}
