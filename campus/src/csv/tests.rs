use super::*;

/// Gives one byte at a time, so that every place is once the end of the buffer.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.len().min(1);
        out[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

type Rows = Vec<(u64, Vec<(String, bool)>)>;

fn collect<R: Read>(source: R) -> Result<Rows, Error> {
    let (mut reader, mut record, mut rows) = (Reader::new(source), Record::default(), Vec::new());
    while reader.read(&mut record)? {
        let fields = (0..record.len()).map(|i| record.field(i)).map(|(t, q)| (t.to_owned(), q));
        rows.push((record.line(), fields.collect()));
    }
    Ok(rows)
}

fn rows(bytes: &[u8]) -> Vec<(u64, String)> {
    let fast = collect(bytes).expect("readable");
    assert_eq!(fast, collect(Slow(bytes)).expect("readable slowly"));
    let show = |(text, quoted): &(String, bool)| if *quoted { format!("<{text}>") } else { text.clone() };
    fast.iter().map(|(line, row)| (*line, row.iter().map(show).collect::<Vec<_>>().join("|"))).collect()
}

fn fault(bytes: &[u8]) -> (u64, Fault) {
    let slow = collect(Slow(bytes)).expect_err("unreadable slowly");
    let fast = collect(bytes).expect_err("unreadable");
    assert_eq!(slow.line, fast.line);
    (fast.line, fast.fault)
}

#[test]
fn rows_lines_and_quotes() {
    let text = b"\xEF\xBB\xBFa,b\r\n\r\n\n1,\"x\r\ny\"\"z\"\n\"\",\n,\"q\"\r\nlast,r";
    let want = [(1, "a|b"), (4, "1|<x\r\ny\"z>"), (6, "<>|"), (7, "|<q>"), (8, "last|r")];
    assert_eq!(rows(text), want.map(|(n, t)| (n, t.to_owned())));
    assert_eq!(rows(b""), []);
    assert_eq!(rows(b"a\rb,c\r\r\n"), [(1, "a\rb|c\r".to_owned())]);
    assert_eq!(rows(b"a,\"b\""), [(1, "a|<b>".to_owned())]);
    assert_eq!(rows(b"a,"), [(1, "a|".to_owned())]);
    assert_eq!(rows(b" \n"), [(1, " ".to_owned())]);
}

#[test]
fn faults_tell_their_line() {
    assert!(matches!(fault(b"a\n\"x\ny\" z\n"), (3, Fault::AfterQuote)));
    assert!(matches!(fault(b"a\n\"x\"\rz\n"), (2, Fault::AfterQuote)));
    assert!(matches!(fault(b"a\nx\"y\"\n"), (2, Fault::QuoteInside)));
    assert!(matches!(fault(b"a\n \"y\"\n"), (2, Fault::QuoteInside)));
    assert!(matches!(fault(b"a\n\"x\n\0\"\n"), (3, Fault::Nul)));
    assert!(matches!(fault(b"a\nb\n\"x\n"), (3, Fault::Unclosed)));
    assert!(matches!(fault(b"a\n\xE9\n"), (2, Fault::Encoding)));
    assert!(matches!(fault(b"a\n\xC3,\xA9\n"), (2, Fault::Encoding)));
}

#[test]
fn a_field_may_be_longer_than_the_buffer() {
    let long = "é".repeat(BUFFER);
    assert_eq!(rows(format!("a,\"{long}\"\n{long},b\n").as_bytes()).len(), 2);
}

#[test]
fn windows_1252_is_decoded() {
    let got = collect(Windows1252::new(&b"Jos\xE9,\x80\n"[..])).expect("readable");
    assert_eq!(got[0].1, [("José".to_owned(), false), ("€".to_owned(), false)]);
}
