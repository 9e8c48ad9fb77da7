//! Older exports: windows-1252 bytes as UTF-8.

use std::io::Read;

/// Reads windows-1252 and gives UTF-8.
#[derive(Debug)]
pub struct Windows1252<R> {
    source: R,
    decoded: Vec<u8>,
    at: usize,
}

impl<R: Read> Windows1252<R> {
    /// A reader over windows-1252 bytes.
    pub fn new(source: R) -> Windows1252<R> {
        Windows1252 { source, decoded: Vec::new(), at: 0 }
    }
}

impl<R: Read> Read for Windows1252<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.decoded.len() {
            let mut raw = [0; 16_384];
            let n = self.source.read(&mut raw)?;
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&raw[..n]);
            self.decoded.clear();
            self.decoded.extend_from_slice(text.as_bytes());
            self.at = 0;
        }
        let n = out.len().min(self.decoded.len() - self.at);
        out[..n].copy_from_slice(&self.decoded[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}
