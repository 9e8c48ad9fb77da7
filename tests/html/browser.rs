//! Opens a page in headless Chromium with a script that uses its filter boxes and writes down what it sees.

use std::fs;
use std::process::Command;

use serde_json::Value;

/// What the script saw.
pub struct Seen {
    /// Requests for anything but the page.
    pub requests: u64,
    /// Errors of scripts.
    pub errors: String,
    /// `document.compatMode`.
    pub mode: String,
    /// Ids that stand more than once.
    pub ids_twice: u64,
    /// Tables with a filter box.
    pub tables: Vec<Table>,
}

/// One table with a filter box: rows that are shown with various words in the box.
pub struct Table {
    pub id: String,
    pub header: String,
    pub rows: u64,
    pub shown_at_first: u64,
    pub shown_with_nonsense: u64,
    pub told_with_nonsense: String,
    pub shown_with_words: u64,
    pub all_have_words: bool,
    pub shown_across_cells: u64,
    pub shown_at_last: u64,
}

const SCRIPT: &str = include_str!("look.js");
const AUDIT: &str = include_str!("audit.js");
const BEGIN: &str = "<pre id=\"seen-by-the-test\">";

/// The browser that is installed.
fn browser() -> &'static str {
    let known = ["chromium", "chromium-browser", "google-chrome"];
    let there = |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|o| o.status.success());
    known.into_iter().find(there).expect("chromium: apt-get install chromium")
}

/// Opens a page that ends with a script and returns what the script wrote down.
fn told(page: &str, budget: u32) -> Value {
    let scratch = tempfile::tempdir().expect("scratch");
    let file = scratch.path().join("page.html");
    fs::write(&file, page).expect("scratch");
    let done = Command::new(browser())
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--dump-dom", "--window-size=1280,900"])
        .arg(format!("--virtual-time-budget={budget}"))
        .arg(format!("--user-data-dir={}", scratch.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser starts");
    let dom = String::from_utf8_lossy(&done.stdout);
    let said = String::from_utf8_lossy(&done.stderr);
    let (_, rest) = dom.split_once(BEGIN).unwrap_or_else(|| panic!("the script wrote nothing: {said}"));
    let json = rest.split_once("</pre>").expect("an end").0;
    let json = json.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    serde_json::from_str(&json).expect("JSON")
}

/// The serious and critical findings of axe-core in a page, one line each.
pub fn audit(page: &str) -> Vec<String> {
    let axe = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/html/axe/axe.min.js");
    let scripts = format!("<script src=\"file://{axe}\"></script><script>{AUDIT}</script></body>");
    let told = told(&page.replacen("</body>", &scripts, 1), 120_000);
    assert!(told["passed"].as_u64().is_some_and(|rules| rules > 10), "axe-core looked at the page: {told}");
    let violations = told["violations"].as_array().expect("violations");
    let heavy = violations.iter().filter(|v| v["impact"] == "serious" || v["impact"] == "critical");
    heavy.map(ToString::to_string).collect()
}

impl Seen {
    /// Opens a page. Names of other machines lead nowhere, and time runs as fast as the page can follow.
    pub fn of(page: &str) -> Seen {
        Seen::within(page, 120_000)
    }

    /// The same within so many milliseconds of the page's own time; a long page draws many frames in it.
    pub fn within(page: &str, budget: u32) -> Seen {
        let watch = "<script>window.wrong=[];window.addEventListener('error',e=>window.wrong.push(e.message))</script>";
        let page = page.replacen("<head>", &format!("<head>{watch}"), 1);
        let page = page.replacen("</body>", &format!("<script>{SCRIPT}</script></body>"), 1);
        Seen::read(&told(&page, budget))
    }

    fn read(seen: &Value) -> Seen {
        let number = |of: &Value, name: &str| of[name].as_u64().unwrap_or_else(|| panic!("{name} in {of}"));
        let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
        let table = |t: &Value| Table {
            id: text(t, "id"),
            header: text(t, "header"),
            rows: number(t, "rows"),
            shown_at_first: number(t, "first"),
            shown_with_nonsense: number(t, "nonsense"),
            told_with_nonsense: text(t, "told"),
            shown_with_words: number(t, "words"),
            all_have_words: t["have"] == true,
            shown_across_cells: number(t, "across"),
            shown_at_last: number(t, "last"),
        };
        Seen {
            requests: number(seen, "requests"),
            errors: text(seen, "errors"),
            mode: text(seen, "mode"),
            ids_twice: number(seen, "twice"),
            tables: seen["tables"].as_array().expect("tables").iter().map(table).collect(),
        }
    }
}
